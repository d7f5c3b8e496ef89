import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CODES } from '@yimen/contracts/base';
import { EVENTS } from '@yimen/contracts/journal';
import { MESSAGE_EXAMPLES, WIRE_MESSAGES } from '@yimen/contracts/fleet';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { renderErrorCodes } from './documents/error-codes.ts';
import { renderEvents } from './documents/events.ts';
import { fleetWireFaults, renderFleetWire, renderFleetWireSchema } from './documents/fleet-wire.ts';
import { fieldRows } from './documents/json-schema.ts';
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

  it('hold every message of the wire to the fleet: topic, size, example, and each field with its meaning', () => {
    const text = renderFleetWire().replaceAll('\\', '');
    const { $defs } = z
      .object({ $defs: z.record(z.string(), z.object({ properties: z.record(z.string(), z.unknown()) })) })
      .parse(JSON.parse(renderFleetWireSchema()));
    for (const { name, topic, maxBytes, schema } of WIRE_MESSAGES) {
      const [, section = ''] = new RegExp(`\\n### ${name}\\n(.*?)\\n##`, 's').exec(text) ?? [];
      expect(section).toContain(`\`${topic}\`, ≤ ${maxBytes} B`);
      expect(section).toContain(MESSAGE_EXAMPLES[name]);
      for (const { shown } of fieldRows(z.toJSONSchema(schema))) expect(section).toContain(`| ${shown}`);
      expect(Object.keys($defs[name]?.properties ?? {})).toEqual(Object.keys(schema.shape));
    }
    expect(fleetWireFaults()).toEqual([]);
  });
});

describe('fields of a schema, for a reader', () => {
  it('name their bounds, alternatives, lists and what may be absent', () => {
    const schema = z.object({
      n: z.int().min(1).max(3),
      big: z.int().min(2).max(Number.MAX_SAFE_INTEGER).meta({ title: 'ms' }),
      list: z.array(z.object({ one: z.enum(['a', 'b']).nullable() })).max(4),
      inside: z.object({ text: z.string().max(9) }).optional(),
      pair: z.tuple([z.boolean(), z.literal('x')]),
    });
    expect(fieldRows(z.toJSONSchema(schema)).map(({ shown, type, required }) => [shown, type, required])).toEqual([
      ['n', 'int 1…3', true],
      ['big', 'ms ≥ 2', true],
      ['list[0…4].one', 'a | b | null', true],
      ['inside.text', 'string, ≤ 9 characters', false],
      ['pair', '[boolean, "x"]', true],
    ]);
  });
});
