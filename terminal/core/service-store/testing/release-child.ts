import { openOn, type ReleaseFolders } from './release-bench.ts';

/** Takes in what was placed while somebody is served, then brings it into force; dies by kill -9 at the step with the
 *  number that it is given. */
const { folders, dieAt } = JSON.parse(process.argv[2] ?? '') as { folders: ReleaseFolders; dieAt: number };
let steps = 0;
const opened = openOn(folders, () => {
  steps += 1;
  if (steps === dieAt) process.kill(process.pid, 'SIGKILL');
});
opened.releases.look(() => false);
opened.releases.look(() => true);
opened.close();
