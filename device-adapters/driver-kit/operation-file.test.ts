import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newOperationId, type OperationId } from '@yimen/contracts/base';
import type { OperationRecord } from '@yimen/contracts/device';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../testing/contract-bench.ts';
import { openOperationFile, type OperationFile } from './operation-file.ts';

const random = seededRandom(5);
let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yimen-operations-'));
  path = join(dir, 'operations.sqlite');
});
afterEach(() => rmSync(dir, { recursive: true }));

function open(limitRows?: number): OperationFile {
  const file = openOperationFile(path, limitRows);
  if (!file.ok) throw new Error(file.error.message);
  return file.value;
}

const record = (id: OperationId = newOperationId(1, random)): OperationRecord => ({
  operationId: id,
  device: 'card-unit',
  verb: 'ejectCard',
  evidence: [],
});

describe('operation file', () => {
  it('keeps intents and outcomes over a restart, and writes a known id once', () => {
    const intent = record();
    const done: OperationRecord = { ...intent, outcome: 'done', acceptedAt: 1, completedAt: 2 };
    const first = open();
    expect(first.begin(intent)).toEqual({ ok: true, value: { known: undefined } });
    expect(first.begin({ ...intent, verb: 'captureCard' })).toEqual({ ok: true, value: { known: intent } });
    first.close();
    first.close();
    const second = open();
    expect(second.get(intent.operationId)).toEqual({ ok: true, value: intent });
    expect(second.update(done).ok).toBe(true);
    expect(second.get(intent.operationId)).toEqual({ ok: true, value: done });
    expect(second.get(newOperationId(1, random))).toEqual({ ok: true, value: undefined });
    second.close();
  });

  it('is bounded: the oldest answered rows go, open questions stay', () => {
    const file = open(10);
    const open_ = record();
    const unknown = record();
    file.begin(open_);
    file.begin(unknown);
    file.update({ ...unknown, outcome: 'unknown' });
    const answered = Array.from({ length: 40 }, () => record());
    for (const row of answered) {
      file.begin(row);
      file.update({ ...row, outcome: 'done' });
    }
    expect(file.get(open_.operationId)).toMatchObject({ value: { verb: 'ejectCard' } });
    expect(file.get(unknown.operationId)).toMatchObject({ value: { outcome: 'unknown' } });
    const left = answered.filter((row) => {
      const got = file.get(row.operationId);
      return got.ok && got.value !== undefined;
    });
    expect(left.length).toBeLessThanOrEqual(10);
    expect(left.at(-1)).toBe(answered.at(-1));
    file.close();
  });

  it('a closed or foreign file is a fault, never a throw', () => {
    const file = open();
    file.close();
    expect(file.begin(record())).toMatchObject({ ok: false, error: { code: 'DATA_UNREADABLE' } });
    expect(file.get(newOperationId(1, random))).toMatchObject({ ok: false });
    writeFileSync(path, 'no database '.repeat(200));
    expect(openOperationFile(path)).toMatchObject({ ok: false, error: { code: 'DATA_UNREADABLE' } });
    expect(openOperationFile(join(dir, 'missing', 'x.sqlite'))).toMatchObject({
      ok: false,
      error: { code: 'DATA_UNREADABLE' },
    });
  });

  it('belongs to one opener at a time', () => {
    const first = open();
    first.begin(record());
    expect(openOperationFile(path)).toMatchObject({ ok: false, error: { code: 'DATA_IN_USE' } });
    first.close();
    open().close();
  });
});
