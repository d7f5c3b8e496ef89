import { checkDependencies } from './parts/dependencies.ts';
import { checkEntries } from './parts/entries.ts';
import { checkErrorCodes } from './parts/error-codes.ts';
import { checkFormat } from './parts/format.ts';
import { checkGenerated } from './parts/generated.ts';
import { checkLint } from './parts/lint.ts';
import type { Part } from './parts/part.ts';
import { findReachabilityFaults } from './parts/reachability.ts';
import { findRoomFaults } from './parts/rooms.ts';
import { checkResults } from './parts/results.ts';
import { checkTypes } from './parts/types.ts';
import { checkUnused } from './parts/unused.ts';

/** The parts of `npm run check`. The slow ones stand first, so that two at a time end soonest; what `--write` changes
 *  (generated documents) stands before what looks at it (format). */
export const PARTS: readonly Part[] = [
  { name: 'types', what: 'every TypeScript project compiles', run: checkTypes },
  { name: 'lint', what: 'type-aware lint', run: checkLint },
  { name: 'unused', what: 'no file, export or dependency that nobody uses', run: checkUnused },
  { name: 'generated', what: 'generated documents are up to date', run: checkGenerated },
  { name: 'format', what: 'one way of formatting', run: checkFormat },
  {
    name: 'rooms',
    what: 'who may import whom, and no import cycles',
    run: (context) => ({
      summary: `${context.graph().files.length} files, ${context.graph().edges.length} imports`,
      reasons: findRoomFaults(context.graph()),
    }),
  },
  {
    name: 'production',
    what: 'no simulator, sandbox or development trust is reachable from a production entry',
    run: (context) => ({ summary: 'walked from every entry', reasons: findReachabilityFaults(context.graph()) }),
  },
  { name: 'results', what: 'no Result is dropped', run: checkResults },
  { name: 'error-codes', what: 'each code once, in both languages, used somewhere', run: checkErrorCodes },
  { name: 'entries', what: 'every command stops an old Node with one sentence', run: checkEntries },
  { name: 'dependencies', what: 'integrity, licences and number of runtime packages', run: checkDependencies },
];
