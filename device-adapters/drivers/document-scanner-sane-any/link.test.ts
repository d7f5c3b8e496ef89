import { ManualClock } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import { runUntil } from '../../testing/run-until.ts';
import { SaneLink } from './link.ts';
import { ScriptedScanner } from './testing/scripted-scanner.ts';

const ASK = { what: 'scan', args: ['-x'], deadlineMs: 1_000, graceMs: 500, outputBytes: 9 };

function newLink(): { clock: ManualClock; scanner: ScriptedScanner; link: SaneLink } {
  const clock = new ManualClock();
  const scanner = new ScriptedScanner();
  const link = new SaneLink({
    open: scanner.open,
    clock,
    log: { debug: () => undefined },
    onFresh: () => undefined,
    onLost: () => undefined,
  });
  return { clock, scanner, link };
}

describe('the link', () => {
  it('a bound run goes out on the channel that is up, and on no other', async () => {
    const { clock, scanner, link } = newLink();
    const bound = { ...ASK, isBound: true };
    expect(await runUntil(clock, link.run(bound))).toMatchObject({ ok: false, error: { code: 'offline' } });
    expect([scanner.channels, scanner.runs.length]).toEqual([0, 0]);
    expect(await runUntil(clock, link.run(ASK))).toMatchObject({ ok: true });
    expect(await runUntil(clock, link.run(bound))).toMatchObject({ ok: true });
    expect([scanner.channels, scanner.runs.length]).toEqual([1, 2]);
  });

  it('pages are not fetched beyond their time', async () => {
    const { clock, scanner, link } = newLink();
    scanner.scan = () => ({ files: [['1.png', new Uint8Array(100_000).fill(5)]] });
    await runUntil(clock, link.run(ASK));
    const until = clock.monoMs() + 1_000;
    expect(await runUntil(clock, link.fetch(0, 100_000, until))).toMatchObject({ ok: true });
    scanner.piece = (_, offset) => {
      if (offset > 0) void clock.advance(2_000);
      return undefined;
    };
    expect(await runUntil(clock, link.fetch(0, 100_000, until))).toMatchObject({
      ok: false,
      error: { code: 'timeOut' },
    });
  });

  it('a file that was not named is a fault', async () => {
    const { clock, scanner, link } = newLink();
    scanner.scan = () => ({ files: Array.from({ length: 33 }, (_, n) => [`${n}`, new Uint8Array(1)] as const) });
    // More files than a message may name are not named.
    expect(await runUntil(clock, link.run(ASK))).toMatchObject({ ok: true, value: { files: { length: 32 } } });
    expect(await runUntil(clock, link.fetch(40, 1, clock.monoMs() + 100))).toMatchObject({
      ok: false,
      error: { vendorCode: 'sane-piece' },
    });
  });
});
