import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { documentPrinterPort } from '@yimen/contracts/device';
import { ManualClock } from '@yimen/contracts/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { ScriptedServer } from '../drivers/document-printer-cups-ipp/testing/scripted-server.ts';
import { seededRandom } from '../testing/contract-bench.ts';
import { runUntil } from '../testing/run-until.ts';
import { documentArgs, documentSteps } from './probe-document.ts';
import { parseProbe } from './probe-options.ts';
import { argsOf, newOperationOf, openToolSlot, runAction, type Report } from './run-action.ts';

const DRIVER = 'document-printer-cups-ipp';

const dir = mkdtempSync(join(tmpdir(), 'yimen-probe-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function file(name: string, bytes: Buffer): string {
  const path = join(dir, name);
  writeFileSync(path, bytes);
  return path;
}

/** What the steps load, put together again. */
function loaded(texts: Readonly<Record<string, string>>): { bytes: Buffer; args: unknown; pieces: number } {
  const made = documentArgs(texts);
  if (!made.ok) throw new Error(made.error);
  const { before, args } = documentSteps(made.value);
  let bytes = Buffer.alloc(0);
  for (const [n, step] of before.entries()) {
    const checked = documentPrinterPort.verbs.loadDocument.args.parse(step.args);
    expect(checked).toMatchObject({ offset: bytes.length, last: n === before.length - 1 });
    bytes = Buffer.concat([bytes, Buffer.from(checked.piece, 'base64')]);
  }
  const printed = documentPrinterPort.verbs.printDocument.args.parse(args);
  expect(printed.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  return { bytes, args: printed, pieces: before.length };
}

describe('probe print', () => {
  it('--text: one page that says it, with a table of contents whose offsets are right', () => {
    const { bytes, args } = loaded({ text: 'Test (page) \\1' });
    const text = bytes.toString('latin1');
    expect(text).toContain('(Test \\(page\\) \\\\1) Tj');
    expect(args).toMatchObject({ pages: 1, sides: 'one', colour: 'mono' });
    const offsets = [...text.matchAll(/^(\d{10}) 00000 n $/gm)].map((match) => Number(match[1]));
    expect(offsets.map((at) => text.slice(at, at + 7))).toEqual([1, 2, 3, 4, 5].map((n) => `${n} 0 obj`));
    const start = Number(/startxref\n(\d+)/.exec(text)?.[1]);
    expect(text.slice(start, start + 4)).toBe('xref');
    const length = Number(/\/Length (\d+)/.exec(text)?.[1]);
    expect(/stream\n([^]*)\nendstream/.exec(text)?.[1]).toHaveLength(length);
  });

  it('--file: in pieces of half a MiB, its pages counted', () => {
    const page = '<< /Type /Page >> << /Type/Page/Parent 1 0 R >> << /Type /Pages >>';
    const pdf = Buffer.concat([Buffer.from(`%PDF-1.4 ${page}`), Buffer.alloc(1_200_000, 0x20)]);
    const { bytes, args, pieces } = loaded({ file: file('a.pdf', pdf) });
    expect(bytes.equals(pdf)).toBe(true);
    expect(pieces).toBe(3);
    expect(args).toMatchObject({ pages: 2 });
  });

  it.each([
    ['neither', {}, '--text or --file'],
    ['both', { text: 'x', file: 'y' }, '--text or --file'],
    ['Chinese', { text: '测试' }, 'ASCII'],
    ['nothing', { text: '' }, 'ASCII'],
    ['too much', { text: 'x'.repeat(81) }, '80'],
    ['no such file', { file: join(dir, 'none.pdf') }, 'ENOENT'],
    ['a folder', { file: dir }, 'EISDIR'],
    ['no PDF', { file: file('b.pdf', Buffer.from('<html>')) }, 'no PDF'],
    ['a large one', { file: file('c.pdf', Buffer.alloc(16_777_217)) }, '16777216'],
  ])('%s is wrong use', (_, texts, says) => {
    const made = documentArgs(texts);
    expect(made.ok ? '' : made.error).toContain(says);
  });
});

/** What a technician types, run against a print server whose jobs end at once. */
async function probed(server: ScriptedServer, ...words: readonly string[]): Promise<Report> {
  const parsed = parseProbe([DRIVER, '--at', 'ipp://localhost/printers/kiosk', ...words]);
  if (!parsed.ok || parsed.value.call !== 'run') throw new Error(parsed.ok ? 'no run' : parsed.error);
  const { action, texts, at } = parsed.value.options;
  const args = argsOf(action, texts);
  if (!args.ok) throw new Error(args.error);
  const clock = new ManualClock();
  const log = { debug: () => undefined, info: () => undefined };
  const slot = openToolSlot({ driver: DRIVER, at, open: server.open, clock, driverRandom: seededRandom(1), log });
  const op = newOperationOf(action);
  const report = await runUntil(clock, runAction(slot, { action, args: args.value, isMasked: true, op }, stop.signal));
  await runUntil(clock, slot.close());
  return report;
}
const stop = new AbortController();

describe('probe of a print server', () => {
  it('print loads the page and prints it; job finds it by its operation', async () => {
    const server = new ScriptedServer();
    server.answer('getJobAttributes', () => {
      for (const job of server.jobs) Object.assign(job, { state: 9, sheets: 1, begun: true });
      return undefined;
    });
    const report = await probed(server, 'print', '--text', 'Test page');
    expect(report).toMatchObject({ outcome: 'unknown', value: { jobState: 'completed' } });
    const sent = server.heard.find(({ operation }) => operation === 'printJob');
    expect(Buffer.from(sent?.body.data ?? []).toString('latin1')).toContain('(Test page) Tj');
    expect(await probed(server, 'job', '--id', String(report['operationId']))).toMatchObject({
      outcome: 'done',
      fields: { state: 'completed', sheets: 1 },
    });
  });

  it('a look cancels nothing, purge cancels everything', async () => {
    const server = new ScriptedServer();
    const job = server.add();
    for (const word of ['status', 'identify']) expect(await probed(server, word)).toMatchObject({ outcome: 'done' });
    expect(job.state).toBe(3);
    expect(await probed(server, 'purge')).toMatchObject({ outcome: 'done', value: { canceled: 1 } });
    expect(job.state).toBe(7);
  });
});
