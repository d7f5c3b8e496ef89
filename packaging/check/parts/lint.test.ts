import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeTemporaryFolder } from '../testing/temporary-folder.ts';
import { checkLint } from './lint.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** One file per rule that the house leans on; each must be found by the committed configuration. */
const FAULTS: Readonly<Record<string, string>> = {
  'no-floating-promises': `declare function send(): Promise<void>;\nexport function go(): void {\n  send();\n}\n`,
  'no-misused-promises': `declare function send(): Promise<boolean>;\nexport function go(): number {\n  return send() ? 1 : 2;\n}\n`,
  'switch-exhaustiveness-check': `export function go(kind: 'a' | 'b'): void {\n  switch (kind) {\n    case 'a':\n      break;\n  }\n}\n`,
  'no-explicit-any': `export const value: any = 1;\n`,
  'no-unsafe-return': `export function go(text: string): number {\n  return JSON.parse(text);\n}\n`,
  'no-default-export': `export default 1;\n`,
  'ban-ts-comment': `// @ts-ignore\nexport const value: number = 1;\n`,
  'no-focused-tests': `import { expect, it } from 'vitest';\nit.only('runs alone', () => expect(1).toBe(1));\n`,
  'no-disabled-tests': `import { expect, it } from 'vitest';\nit.skip('does not run', () => expect(1).toBe(1));\n`,
};

function fileOf(rule: string): string {
  return rule.endsWith('-tests') ? `${rule}.test.ts` : `${rule}.ts`;
}

describe('the lint configuration', () => {
  it('finds every fault that the house leans on, and nothing in good code', async () => {
    using folder = makeTemporaryFolder({
      '.oxlintrc.json': readFileSync(join(ROOT, '.oxlintrc.json'), 'utf8'),
      'tsconfig.json': JSON.stringify({
        compilerOptions: { strict: true, module: 'NodeNext', target: 'ES2024', types: [] },
      }),
      'good.ts': `export async function go(send: () => Promise<void>): Promise<void> {\n  await send();\n}\n`,
      'certs/silenced.ts': `// oxlint-disable-next-line no-explicit-any\nexport const value: any = 1;\n`,
      ...Object.fromEntries(Object.entries(FAULTS).map(([rule, text]) => [fileOf(rule), text])),
    });
    symlinkSync(join(ROOT, 'node_modules'), join(folder.root, 'node_modules'));
    const context = { root: folder.root, write: false, graph: () => ({ files: [], edges: [], unreadable: [] }) };
    const { reasons } = await checkLint(context);
    const silent = Object.keys(FAULTS).filter(
      (rule) => !reasons.some((reason) => reason.includes(fileOf(rule)) && reason.includes(`(${rule})`)),
    );
    expect(silent).toEqual([]);
    expect(reasons.filter((reason) => reason.startsWith('good.ts'))).toEqual([]);
    expect(reasons).toContain('certs/silenced.ts:1 switches a lint rule off');
  });
});
