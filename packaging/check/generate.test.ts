import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CODES } from '@yimen/contracts/base';
import { EVENTS } from '@yimen/contracts/journal';
import { describe, expect, it } from 'vitest';
import { renderErrorCodes } from './documents/error-codes.ts';
import { renderEvents } from './documents/events.ts';
import { staleDocuments, writeDocuments } from './generate.ts';
import { makeTemporaryFolder } from './testing/temporary-folder.ts';

const DOCUMENTS = [
  { path: 'docs/reference/a.md', render: () => 'a\n' },
  { path: 'docs/reference/b.md', render: () => 'b\n' },
];

describe('generated documents', () => {
  it('are stale when missing or changed by hand, and written once', () => {
    using folder = makeTemporaryFolder({ 'docs/reference/a.md': 'a\n' });
    expect(staleDocuments(folder.root, DOCUMENTS)).toEqual(['docs/reference/b.md']);
    expect(writeDocuments(folder.root, DOCUMENTS)).toEqual(['docs/reference/b.md']);
    expect(readFileSync(join(folder.root, 'docs/reference/b.md'), 'utf8')).toBe('b\n');
    expect(writeDocuments(folder.root, DOCUMENTS)).toEqual([]);
    mkdirSync(join(folder.root, 'docs/reference'), { recursive: true });
    writeFileSync(join(folder.root, 'docs/reference/a.md'), 'changed by hand\n');
    expect(staleDocuments(folder.root, DOCUMENTS)).toEqual(['docs/reference/a.md']);
  });

  it('hold every error code with its texts in both languages', () => {
    const text = renderErrorCodes().replaceAll('\\', '');
    for (const row of ERROR_CODES) {
      expect(text).toContain(`| ${row.number} | ${row.code} |`);
      expect(text).toContain(`${row.staff.zh} / ${row.staff.en}`);
    }
  });

  it('hold every journal event with every field that it may carry', () => {
    const lines = renderEvents().replaceAll('\\', '').split('\n');
    for (const [kind, event] of Object.entries(EVENTS)) {
      const line = lines.find((candidate) => candidate.startsWith(`| ${kind} |`)) ?? '';
      expect(line).toContain(`${event.meaning.zh} / ${event.meaning.en}`);
      for (const name of Object.keys(event.fields.shape)) expect(line).toMatch(new RegExp(`\\b${name}\\??: `));
    }
  });
});
