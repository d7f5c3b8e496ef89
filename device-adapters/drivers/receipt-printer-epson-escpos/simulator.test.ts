import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { RECEIVE_BYTES } from './simulator-buffer.ts';
import {
  bytesOf,
  CHINESE_OFF,
  CHINESE_ON,
  CLEAR,
  CUT,
  INIT,
  PrinterHost,
  processId,
  qr,
} from './simulator-test-host.ts';

/** A slip as a terminal prints it: titles, pairs, Chinese, a code, a picture, a cut, and a question at its end. */
const SLIP = bytesOf(
  INIT,
  [0x1d, 0x61, 0x0e, 0x1b, 0x52, 0, 0x1b, 0x61, 1, 0x1d, 0x21, 0x11],
  CHINESE_ON,
  iconv.encode('出入境管理回执', 'gbk'),
  [0x0a, 0x1d, 0x21, 0, 0x1b, 0x61, 0],
  iconv.encode('业务编号 2611260417\n费用 ￥15.00  $15\n', 'gbk'),
  [0x81, 0x39, 0xef, 0x31, 0x0a],
  CHINESE_OFF,
  [0x1b, 0x61, 1],
  qr('https://hall.example/r/2611260417'),
  [0x1d, 0x76, 0x30, 0, 2, 0, 3, 0, 0x10, 0x04, 0x01, 0x1b, 0x40, 0x0a],
  CUT,
  processId('ABCD'),
);
const SLIP_LINES = ['出入境管理回执', '业务编号 2611260417', '费用 ￥15.00  $15', '□', '[QR]', '[image 16×3]'];
const NEXT = bytesOf(INIT, 'next citizen\n', CUT);
/** Six lines and a cut. */
const LINES = bytesOf(INIT, 'l1\nl2\nl3\nl4\nl5\nl6\n', CUT, processId('DONE'));

describe('a slip', () => {
  it('prints the same whole, one byte at a time, and split at every point', async () => {
    const whole = new PrinterHost();
    await whole.send(SLIP);
    expect(whole.state).toMatchObject({
      slips: 1,
      hanging: SLIP_LINES,
      unknownCommands: 0,
      refusedCommands: 0,
      bufferedBytes: 0,
    });
    const paper = (host: PrinterHost): string => JSON.stringify(host.printer.save());
    const bytewise = new PrinterHost();
    for (const byte of SLIP) await bytewise.send([byte]);
    expect(paper(bytewise)).toBe(paper(whole));
    for (let at = 1; at < SLIP.length; at += 1) {
      const split = new PrinterHost();
      await split.send(SLIP.subarray(0, at));
      await split.send(SLIP.subarray(at));
      expect(paper(split), `split at ${at}`).toBe(paper(whole));
    }
  });

  it('DLE EOT is answered inside a picture and inside text, at once, and its bytes stay where they are', async () => {
    const host = new PrinterHost();
    await host.send([0x1d, 0x76, 0x30, 0, 2, 0, 2, 0]);
    expect(await host.ask([0x10, 0x04])).toBe('');
    expect(await host.ask([0x04, 0xff])).toBe('12');
    expect(host.state.uncut).toEqual(['[image 16×2]']);
    expect(await host.ask('ab', [0x10, 0x04, 0x01], 'c\n')).toBe('16');
    expect(host.state.uncut).toEqual(['[image 16×2]', 'abc']);
    // As a parameter of another command the first byte is that parameter (the manual's example): n = 16 is refused.
    await host.send([0x1b, 0x61, 0x10, 0x04, 0x01], 'd\n');
    expect(host.state).toMatchObject({ refusedCommands: 1, unknownCommands: 2 });
  });

  it('hangs until a hand takes it; a second one pushes it further and both are taken', async () => {
    const host = new PrinterHost();
    expect(host.printer.take().ok).toBe(false);
    await host.send(NEXT, 'another\n', CUT);
    expect(host.state).toMatchObject({ slips: 2, hanging: ['next citizen', 'another'] });
    expect(host.printer.take()).toEqual({ ok: true, value: { thing: 'slip' } });
    expect(host.state).toMatchObject({ slips: 2, hanging: null, hangingQr: [] });
    expect(host.printer.put('permit-li-na').ok).toBe(false);
  });

  it('takes its time: 150 mm/s, 300 ms for the blade, and its process id comes after both', async () => {
    const host = new PrinterHost('real');
    // Six lines of 34 dots and 120 dots to the blade: 40.5 mm, 270 ms.
    await host.send(LINES);
    await host.wait(160);
    expect(host.state).toMatchObject({ slips: 0 });
    expect(host.state.uncut?.length).toBeGreaterThan(2);
    await host.wait(390);
    expect([host.state.slips, host.hear()]).toEqual([0, '']);
    await host.wait(40);
    expect([host.state.slips, host.hear()]).toEqual([1, '3722444f4e4500']);
    expect(host.clock.waiting).toBe(0);
  });

  it('is the same at either speed', async () => {
    const [fast, real] = [new PrinterHost('fast'), new PrinterHost('real')];
    await fast.send(SLIP);
    await real.send(SLIP);
    await real.wait(2_000);
    expect(real.printer.save()).toEqual(fast.printer.save());
    expect(real.clock.waiting).toBe(0);
  });

  it('eight hang at most: older ones have fallen, and are counted', async () => {
    const host = new PrinterHost();
    for (let i = 0; i < 10; i += 1) await host.send(`slip ${i}\n`, CUT);
    expect(host.state).toMatchObject({ slips: 10 });
    expect(host.state.hanging).toEqual(Array.from({ length: 8 }, (_, i) => `slip ${i + 2}`));
  });

  it('real-time status is answered while it prints', async () => {
    const host = new PrinterHost('real');
    await host.send(LINES);
    expect(await host.status()).toBe('16121212');
    expect(host.state.slips).toBe(0);
  });
});

describe('paper', () => {
  it('is used up line by line, low below two metres, out at the end, and new after clear', async () => {
    const host = new PrinterHost('fast', { paperMm: 2_010 });
    await host.send(LINES);
    expect(host.state).toMatchObject({ paper: 'low', paperMm: 1_970, slips: 1 });
    const ends = new PrinterHost('fast', { paperMm: 10 });
    await ends.send(LINES);
    expect(ends.state).toMatchObject({ paper: 'out', paperMm: 0, uncut: ['l1', 'l2', 'l3'], slips: 0 });
    ends.printer.clear();
    expect(ends.state).toMatchObject({ paper: 'ok', slips: 1, hanging: ['l4', 'l5', 'l6'] });
  });

  it('outlives the bench: roll, strip, hanging slips, count', async () => {
    const host = new PrinterHost();
    await host.send(SLIP, 'begun\n');
    const kept: unknown = JSON.parse(JSON.stringify(host.printer.save()));
    const { slips, hanging, hangingQr, uncut, paperMm } = host.state;
    const restarted = new PrinterHost();
    restarted.printer.restore(kept);
    expect(restarted.state).toMatchObject({ slips, hanging, hangingQr, uncut, paperMm, bufferedBytes: 0 });
    expect(restarted.printer.take().ok).toBe(true);
    restarted.printer.restore({ rollMm: -1 });
    restarted.printer.restore(null);
    expect(restarted.state).toMatchObject({ slips, uncut: ['begun'], paperMm });
  });

  it('keeps no more than a state file has room for', async () => {
    const host = new PrinterHost();
    const long = 'x\n'.repeat(600);
    await host.send(long, CUT, long, CUT, long, CUT, 'last\n', CUT);
    expect(host.state.hanging).toHaveLength(1_801);
    const kept = host.printer.save() as { hanging: unknown[] };
    expect(JSON.stringify(kept).length).toBeLessThan(100_000);
    expect(kept.hanging).toHaveLength(2);
  });
});

describe('the buffer', () => {
  it('holds what an off-line printer cannot print, and prints it when it can', async () => {
    const host = new PrinterHost();
    host.printer.fault('F24');
    expect(await host.ask(LINES, [0x1d, 0x49, 68])).toBe('');
    expect(host.state.bufferedBytes).toBe(LINES.length + 3);
    host.printer.clear();
    expect(host.state).toMatchObject({ slips: 1, bufferedBytes: 0 });
  });

  it('leaks the rest of an old slip to the next citizen when nobody clears it', async () => {
    const host = new PrinterHost();
    host.printer.fault('F25');
    await host.send(LINES);
    host.reconnect();
    host.printer.clear();
    await host.send(NEXT);
    expect(host.state).toMatchObject({ slips: 2, hanging: ['l4', 'l5', 'l6', 'next citizen'] });
  });

  it('DLE DC4 8 empties it, off-line too, and says so; its ids are never answered', async () => {
    const host = new PrinterHost();
    host.printer.fault('F25');
    await host.send(LINES, [0x1d, 0x76, 0x30, 0, 9, 0, 9, 0, 1, 2]);
    expect(await host.ask(CLEAR)).toBe('372500');
    host.printer.clear();
    expect(await host.ask(NEXT)).toBe('');
    expect(host.state).toMatchObject({ slips: 1, hanging: ['next citizen'] });
  });

  it('DLE DC4 8 forgets what came before it and nothing that comes after', async () => {
    const host = new PrinterHost();
    host.printer.fault('stuck-busy');
    await host.send('before\n', CLEAR, 'after\n');
    host.printer.clear();
    expect(host.state).toMatchObject({ uncut: ['after'], unknownCommands: 0 });
  });

  it('DLE ENQ 2 without a recoverable error is ignored', async () => {
    const host = new PrinterHost();
    host.printer.fault('F24');
    await host.send(LINES, [0x10, 5, 2]);
    host.printer.clear();
    expect(host.state.slips).toBe(1);
  });

  it('a half command waits for its rest, also from the next host', async () => {
    const host = new PrinterHost();
    await host.send([0x1d, 0x76, 0x30, 0, 1, 0, 8, 0, 1, 2, 3]);
    host.reconnect();
    await host.send('swallowed\n');
    expect(host.state.uncut).toEqual(['[image 8×8]', 'owed']);
  });

  it('a power dip empties it, keeps the paper and drops the line', async () => {
    const host = new PrinterHost('real');
    await host.send(INIT, [0x1d, 0x61, 0x0e], LINES);
    await host.wait(60);
    host.printer.powerDip();
    await host.wait(2_000);
    expect(host.printer.state()).toMatchObject({ slips: 0, bufferedBytes: 0, connected: false, plugged: true });
    host.reconnect();
    host.hear();
    host.printer.fault('F23');
    expect(await host.status()).toBe('1612121e');
  });
});

describe('automatic status', () => {
  it('is said when asked for and at each change, until ESC @ or GS a 0', async () => {
    const host = new PrinterHost();
    expect(await host.ask([0x1d, 0x61, 0x0e])).toBe('1400000f');
    host.printer.fault('F23');
    host.printer.fault('cover-open');
    await host.wait(0);
    expect(host.hear()).toBe('1400030f3c00030f');
    host.printer.clear();
    await host.wait(0);
    expect(host.hear()).toBe('1400000f');
    await host.send(INIT);
    host.printer.fault('F24');
    await host.wait(0);
    expect(host.hear()).toBe('');
    host.printer.clear();
    expect(await host.ask([0x1d, 0x61, 0xff], [0x1d, 0x61, 0])).toBe('1400000f');
  });
});

describe('faults', () => {
  it('takes every name it offers and refuses others', () => {
    const { printer } = new PrinterHost();
    for (const name of printer.faults) expect(printer.fault(name).ok, name).toBe(true);
    expect(printer.fault('F01')).toEqual({ ok: false, error: 'no such fault: F01' });
    printer.clear();
    expect(printer.state()).toMatchObject({ faults: [], paper: 'ok', cover: 'closed' });
  });

  it.each([
    ['F23', '1612121e'],
    ['F24', '1e32127e'],
    ['F30', '1e525212'],
    ['cover-open', '1e161212'],
    ['cutter-jammed-at-rest', '1e521a12'],
    ['hardware-broken', '1e523212'],
    ['stuck-busy', '16121212'],
    ['F28', '16121212'],
    ['false-ok', '16121212'],
    ['F25', '16121212'],
    ['F29', '16121212'],
    ['F31', '16121212'],
    ['F12', ''],
    ['silent', ''],
  ])('%s at rest says %s; clear ends it', async (name, bytes) => {
    const host = new PrinterHost();
    host.printer.fault(name);
    expect(await host.status()).toBe(bytes);
    host.printer.clear();
    expect(await host.status()).toBe('16121212');
    await host.send(NEXT);
    expect(host.state.slips).toBe(1);
  });

  it.each([
    ['F25', '1e32127e'],
    ['F31', '1e565212'],
  ])('%s strikes in the middle of the next slip; staff tear off its head, the rest is printed', async (name, bytes) => {
    const host = new PrinterHost();
    host.printer.fault(name);
    expect(await host.ask(LINES)).toBe('');
    expect(host.state).toMatchObject({ slips: 0, uncut: ['l1', 'l2', 'l3'] });
    expect(await host.status()).toBe(bytes);
    expect(await host.ask()).toBe('');
    host.printer.clear();
    await host.wait(0);
    expect(host.hear()).toBe('3722444f4e4500');
    expect(host.state).toMatchObject({ slips: 1, hanging: ['l4', 'l5', 'l6'], cover: 'closed', paper: 'ok' });
  });

  it.each(['F25', 'F31'])('%s strikes a slip of one line at its cut', async (name) => {
    const host = new PrinterHost();
    host.printer.fault(name);
    expect(await host.ask(NEXT, processId('DONE'))).toBe('');
    expect(host.state).toMatchObject({ slips: 0, uncut: ['next citizen'] });
    host.printer.clear();
    expect(host.state).toMatchObject({ slips: 0, uncut: null, hanging: null });
  });

  it('F29: the slip stays uncut, neither DLE ENQ nor DLE DC4 ends the error, clear does', async () => {
    const host = new PrinterHost();
    host.printer.fault('F29');
    expect(await host.ask(LINES)).toBe('');
    expect(await host.ask([0x10, 5, 1], [0x10, 5, 2])).toBe('');
    expect(await host.ask(CLEAR)).toBe('372500');
    expect(await host.status()).toBe('1e521a12');
    expect(host.state).toMatchObject({ slips: 0, uncut: ['l1', 'l2', 'l3', 'l4', 'l5', 'l6'] });
    host.printer.clear();
    await host.send(NEXT);
    expect(host.state).toMatchObject({ slips: 1, hanging: ['next citizen'] });
  });

  it('cutter-jam-once: DLE ENQ 1 cuts again and goes on, DLE ENQ 2 and DLE DC4 8 forget the rest', async () => {
    const repeated = new PrinterHost();
    repeated.printer.fault('cutter-jam-once');
    expect(await repeated.ask(LINES)).toBe('');
    expect(await repeated.ask([0x10, 5, 1])).toBe('3722444f4e4500');
    expect(repeated.state.slips).toBe(1);
    for (const recover of [[0x10, 5, 2], CLEAR]) {
      const host = new PrinterHost();
      host.printer.fault('cutter-jam-once');
      await host.send(LINES);
      await host.send(recover);
      expect(await host.status()).toBe('16121212');
      expect(host.state).toMatchObject({ slips: 0, bufferedBytes: 0 });
      expect(host.state.uncut).toHaveLength(6);
    }
  });

  it('F30 pauses in the middle and goes on by itself', async () => {
    const host = new PrinterHost('real');
    await host.send(LINES);
    await host.wait(100);
    host.printer.fault('F30');
    await host.wait(5_000);
    const paused = host.state.uncut ?? [];
    expect(paused.length).toBeGreaterThan(1);
    expect(paused.length).toBeLessThan(6);
    host.printer.clear();
    await host.wait(1_000);
    expect(host.state).toMatchObject({ slips: 1, hanging: ['l1', 'l2', 'l3', 'l4', 'l5', 'l6'] });
  });

  it('cover-open while it prints is an error of its own', async () => {
    const host = new PrinterHost('real');
    await host.send(LINES);
    host.printer.fault('cover-open');
    expect(await host.status()).toBe('1e565212');
  });

  it('F28 swallows: no paper, no id; false-ok answers and moves nothing', async () => {
    const host = new PrinterHost();
    host.printer.fault('F28');
    expect(await host.ask(LINES, [0x1d, 0x49, 68])).toBe('');
    expect(host.state).toMatchObject({ slips: 0, uncut: null, bufferedBytes: 0, paperMm: 80_000 });
    host.printer.clear();
    host.printer.fault('false-ok');
    expect(await host.ask(LINES)).toBe('3722444f4e4500');
    expect(host.state).toMatchObject({ slips: 0, uncut: null, paperMm: 80_000 });
  });

  it.each([
    ['half-frame', '5f53'],
    ['duplicate', '5f5331005f533100'],
    ['wrong-checksum', '5f533155'],
    ['garbage', 'ff00817fff5f533100'],
    ['late-answer', ''],
  ])('%s bends what it says', async (name, said) => {
    const host = new PrinterHost('fast', { serial: 'S1' });
    host.printer.fault(name);
    expect(await host.ask([0x1d, 0x49, 68])).toBe(said);
    host.printer.clear();
    expect(await host.ask([0x1d, 0x49, 68])).toBe('5f533100');
  });

  it('unplugged it takes no host; what it holds stays', async () => {
    const host = new PrinterHost('real');
    await host.send(LINES);
    host.printer.unplug();
    await host.wait(2_000);
    expect(host.state.slips).toBe(1);
    host.reconnect();
    expect(host.printer.state()).toMatchObject({ plugged: false, connected: false });
    host.printer.plug();
    host.reconnect();
    expect(await host.status()).toBe('16121212');
  });
});

describe('anything at all', () => {
  it('random bytes never throw, and nothing grows', async () => {
    const code = fc.constantFrom(
      0x1b,
      0x1c,
      0x1d,
      0x10,
      0x28,
      0x56,
      0x76,
      0x30,
      0x6b,
      0x04,
      0x05,
      0x0a,
      0x40,
      0x26,
      0x81,
    );
    const bytes = fc.array(fc.oneof(code, fc.integer({ min: 0, max: 255 })), { maxLength: 400 });
    await fc.assert(
      fc.asyncProperty(fc.array(bytes, { maxLength: 6 }), async (chunks) => {
        const host = new PrinterHost();
        for (const chunk of chunks) await host.send(chunk);
        expect(host.state.bufferedBytes).toBe(0);
        const kept = host.printer.save();
        const restarted = new PrinterHost();
        restarted.printer.restore(JSON.parse(JSON.stringify(kept)));
        expect(restarted.printer.save()).toEqual(kept);
        // Whatever was begun, clearing ends it, and the next slip is whole.
        host.printer.clear();
        host.printer.take();
        await host.send(CLEAR, INIT, [0x1b, 0x64, 9], CUT);
        host.printer.take();
        await host.send(NEXT);
        expect(host.state.hanging).toEqual(['next citizen']);
      }),
      { numRuns: 300 },
    );
  });

  it('an off-line printer keeps a bounded queue', async () => {
    const host = new PrinterHost();
    host.printer.fault('cover-open');
    for (let i = 0; i < 34; i += 1) await host.send(new Uint8Array(32_768).fill(0x41));
    expect(host.state.bufferedBytes).toBe(RECEIVE_BYTES);
    expect(host.state.lostBytes).toBe(34 * 32_768 - RECEIVE_BYTES);
    await host.send(CLEAR);
    expect(host.state.bufferedBytes).toBe(0);
  });

  it('a slip without an end keeps its last thousand lines', async () => {
    const host = new PrinterHost();
    await host.send('x\n'.repeat(3_000));
    expect(host.state.uncut).toHaveLength(1_000);
    expect(host.state.paperMm).toBe(80_000 - (3_000 * 34) / 8);
  });
});
