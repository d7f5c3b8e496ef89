import { describe, expect, it } from 'vitest';
import { makeTemporaryFolder } from '../testing/temporary-folder.ts';
import { checkEntries } from './entries.ts';

const GUARD = `import '../guard/node-guard.mjs';\n`;

function faultsOf(script: string, entry: string): readonly string[] {
  using folder = makeTemporaryFolder({
    'package.json': JSON.stringify({ scripts: { go: script } }),
    'packaging/go/go.mjs': entry,
  });
  const context = { root: folder.root, write: false, graph: () => ({ files: [], edges: [], unreadable: [] }) };
  return checkEntries(context).reasons;
}

describe('an entry', () => {
  it.each([
    ['packaging', `${GUARD}\nvoid import('./go.ts');\n`],
    [
      'another folder, with a comment',
      `// Why.\nimport '../../packaging/guard/node-guard.mjs';\n\nvoid import('./go.ts');\n`,
    ],
  ])('in %s is good', (_where, entry) => {
    expect(faultsOf('exec node packaging/go/go.mjs', entry)).toEqual([]);
  });

  it.each([
    ['no guard', `void import('./go.ts');\n`, /more than the guard/],
    ['the guard too late', `void import('./go.ts');\n${GUARD}`, /more than the guard/],
    ['words that an old Node cannot read', `${GUARD}\nawait import('./go.ts');\n`, /more than the guard/],
    ['another program', `${GUARD}\nvoid import('./stop.ts');\n`, /another program/],
  ])('with %s is a fault', (_what, entry, says) => {
    expect(faultsOf('exec node packaging/go/go.mjs', entry)).toEqual([expect.stringMatching(says)]);
  });

  it.each([
    ['exec node packaging/gone.mjs', /does not exist/],
    ['exec node packaging/go/go.ts', /not of the form/],
    ['vitest run', /not of the form/],
  ])('named by "%s" is a fault', (script, says) => {
    expect(faultsOf(script, GUARD)).toEqual([expect.stringMatching(says)]);
  });
});
