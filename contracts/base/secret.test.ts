import { inspect } from 'node:util';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { Secret } from './secret.ts';

const hidden = '440606199001010010';

describe('a secret', () => {
  it('is hidden in JSON, template, inspect and string', () => {
    const secret = new Secret(hidden);
    expect(JSON.stringify({ secret })).toBe('{"secret":"***"}');
    expect(`${secret as unknown as string}`).toBe('***');
    expect(String(secret)).toBe('***');
    expect(inspect({ secret }, { depth: 9, showHidden: true })).not.toContain(hidden);
    expect(Object.values(secret)).toEqual([]);
  });

  it('is hidden in a pino line', () => {
    let line = '';
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        line += chunk.toString();
        done();
      },
    });
    pino({}, sink).info({ person: new Secret(hidden) }, 'read');
    expect(line).toContain('"person":"***"');
    expect(line).not.toContain(hidden);
  });

  it('gives its value only when asked', () => {
    expect(new Secret({ id: hidden }).reveal()).toEqual({ id: hidden });
  });
});
