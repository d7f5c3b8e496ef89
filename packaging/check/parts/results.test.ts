import { describe, expect, it } from 'vitest';
import { makeTemporaryFolder } from '../testing/temporary-folder.ts';
import { unlookedResults } from './results.ts';

const CONFIG = JSON.stringify({
  compilerOptions: {
    strict: true,
    noEmit: true,
    module: 'NodeNext',
    target: 'ES2024',
    types: [],
    allowImportingTsExtensions: true,
  },
});

const PORT = `
type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };
declare function write(bytes: number): Promise<Result<void, string>>;
declare function read(): Result<number, string>;
declare function ready(): Promise<void>;
const inferred = async () => (Math.random() > 0.5 ? { ok: true, value: 1 } as const : { ok: false, error: 'no' } as const);
`;

async function faultsOf(statements: string, file = 'certs/a.ts'): Promise<readonly string[]> {
  using folder = makeTemporaryFolder({
    'tsconfig.json': CONFIG,
    [file]: `${PORT}export async function go() {\n${statements}\n}\n`,
  });
  return await unlookedResults(folder.root, ['tsconfig.json', 'missing/tsconfig.json']);
}

describe('a Result that nobody looks at', () => {
  it.each(['await write(1);', 'read();', 'await inferred();', 'if (Math.random() > 0.5) read();'])(
    'is found in: %s',
    async (statement) => {
      expect(await faultsOf(statement)).toEqual([
        expect.stringMatching(/^certs\/a\.ts:8 nobody looks at the Result of /),
      ]);
    },
  );

  it.each([
    'const done = await write(1); if (!done.ok) throw new Error(done.error);',
    'return read();',
    'await ready();',
    'void (await write(1));',
    'read().ok ? 1 : 2;',
  ])('is not found in: %s', async (statement) => {
    expect(await faultsOf(statement)).toEqual([]);
  });

  it('may be dropped in a test', async () => {
    expect(await faultsOf('read();', 'certs/a.test.ts')).toEqual([]);
  });
});
