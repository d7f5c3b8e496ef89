import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openGatewayKeys } from './gateway-keys.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yimen-gateway-keys-'));
});
afterEach(() => rmSync(dir, { recursive: true }));
const open = (): ReturnType<typeof openGatewayKeys> => openGatewayKeys(dir, (n) => randomBytes(n));

describe('gateway keys', () => {
  it('keep one key over restarts, readable by its owner alone', () => {
    const sealed = open().seal('op-1', { receiptNo: '44060000001' });
    expect(statSync(join(dir, 'gateway.key')).mode & 0o777).toBe(0o600);
    expect(open().open('op-1', sealed)).toEqual({ value: { receiptNo: '44060000001' } });
    expect(sealed).not.toContain('44060000001');
  });

  it('open nothing that belongs to another operation, was changed, or is nonsense', () => {
    const keys = open();
    const sealed = keys.seal('op-1', 'x');
    const changed = `${sealed.slice(0, -1)}${sealed.endsWith('A') ? 'Q' : 'A'}`;
    for (const [id, text] of [
      ['op-2', sealed],
      ['op-1', changed],
      ['op-1', ''],
      ['op-1', 'AAAA'],
    ] as const)
      expect(keys.open(id, text)).toBeUndefined();
  });

  it('digest content, not its writing', () => {
    const keys = open();
    expect(keys.digest('k', { a: 1, b: [2] })).toBe(keys.digest('k', { b: [2], a: 1 }));
    expect(keys.digest('k', { a: 1 })).not.toBe(keys.digest('l', { a: 1 }));
    expect(() => keys.digest('k', { a: 1.5 })).toThrow(RangeError);
  });

  it('refer to the same thing by the same word, and to others by others', () => {
    const keys = open();
    expect(keys.reference('case', 'op-1')).toBe(open().reference('case', 'op-1'));
    expect(keys.reference('case', 'op-1')).not.toBe(keys.reference('bill', 'op-1'));
  });

  it('refuse a damaged key rather than making a new one', () => {
    writeFileSync(join(dir, 'gateway.key'), 'short');
    expect(open).toThrow(/DATA_UNREADABLE/);
  });
});
