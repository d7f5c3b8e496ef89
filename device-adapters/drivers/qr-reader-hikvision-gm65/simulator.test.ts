import { toHex } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../testing/contract-bench.ts';
import { runFor } from '../../testing/run-until.ts';
import { memoryChannelPair } from '../../transport/memory-channel.ts';
import { PRINTED_CODES } from './simulator-codes.table.ts';
import { createSimulatedGm65 } from './simulator.ts';

/** Whole frames, byte by byte as README.md has them. */
const SAY = {
  read000A: '7e000701000a01ee8a',
  write000A: '7e000801000a3e4ccf',
  save: '7e000901000000dec8',
  trigger: '7e00080100020102da',
  triggerUnchecked: '7e000801000201abcd',
  dark: '7e00080100020012fb',
} as const;
const OK = '02000001003331';
const CR_LF = '0d0a';
const RECEIPT = toHex(new TextEncoder().encode('yimen:R7K2M9QX4T;4406062611050012'));

const read = (address: string, count = '01'): string => `7e000701${address}${count}abcd`;
const write = (address: string, data: string): string =>
  `7e0008${(data.length / 2).toString(16).padStart(2, '0')}${address}${data}abcd`;

function world(speed: 'real' | 'fast' = 'fast') {
  const clock = new ManualClock();
  const reader = createSimulatedGm65({ clock, random: seededRandom(1), speed });
  let heard = '';
  const connect = () => {
    const [host, end] = memoryChannelPair(1_000_000);
    reader.attach(end);
    void (async () => {
      for await (const chunk of host.chunks) heard += toHex(chunk);
    })();
    return host;
  };
  let host = connect();
  /** What was heard since the last look, `ms` later. */
  const pass = async (ms: number): Promise<string> => {
    await runFor(clock, ms, 10);
    const said = heard;
    heard = '';
    return said;
  };
  const say = async (hex: string, ms = 0): Promise<string> => {
    await host.write(Buffer.from(hex, 'hex'));
    return pass(ms);
  };
  const reconnect = (): void => {
    host = connect();
  };
  /** As the driver sets it: command mode, CR LF. */
  const ready = async (): Promise<void> => {
    await say(write('0000', 'd5') + write('0060', '21'));
  };
  return { clock, reader, say, pass, ready, reconnect, state: () => reader.state() };
}

describe('commands', () => {
  it('reads, writes and saves registers', async () => {
    const { say, state } = world();
    expect(await say(SAY.write000A)).toBe(OK);
    expect(await say(SAY.read000A)).toBe('020000013ee4ac');
    expect(await say(SAY.save)).toBe(OK);
    expect(state()['saves']).toBe(1);
    expect(await say(read('0000', '07'))).toMatch(/^02000007d6000000000032/);
    expect(await say(read('00e0', '06'))).toMatch(/^02000006416464140a1f/);
  });

  it('hears a command in pieces, behind noise, doubled, and with AB CD for a check sum', async () => {
    const { say } = world();
    expect(await say(`00ff7e7e01${SAY.save}`)).toBe(OK);
    expect(await say(SAY.save + SAY.save)).toBe(OK + OK);
    let heard = '';
    for (const byte of SAY.save.match(/../g) ?? []) heard += await say(byte, 20);
    expect(heard).toBe(OK);
    expect(await say(`7e000801${SAY.triggerUnchecked}`)).toBe(OK);
    expect(await say(SAY.triggerUnchecked)).toBe(OK);
  });

  it.each([
    ['a bad check sum', '7e000901000000dec9'],
    ['an unknown type', '7e000a01000000abcd'],
    ['a read that asks for nothing', '7e00070200000101abcd'],
    ['noise', 'ff00ff00'],
  ])('%s: silence', async (_name, hex) => {
    const { say } = world();
    expect(await say(hex, 1_000)).toBe('');
    expect(await say(SAY.save)).toBe(OK);
  });

  it('forgets a command that is not whole within 400 ms', async () => {
    const { say } = world();
    await say(SAY.save.slice(0, 10), 390);
    expect(await say(SAY.save.slice(10))).toBe(OK);
    await say(SAY.save.slice(0, 10), 410);
    expect(await say(SAY.save.slice(10))).toBe('');
    expect(await say(SAY.save)).toBe(OK);
  });

  it('a length of 00 means 256', async () => {
    const { say } = world();
    expect(await say(`7e0008000000${'00'.repeat(256)}abcd`)).toBe(OK);
    expect(await say(read('0000', '02'))).toMatch(/^020000020000/);
    expect(await say(read('0000', '00'))).toMatch(/^02000000/);
  });

  it('what is read only, or is not there, stays as it is', async () => {
    const { say } = world();
    expect(await say(write('00e0', '99'))).toBe(OK);
    expect(await say(write('0100', '99'))).toBe(OK);
    expect(await say(read('00e0'))).toMatch(/^0200000141/);
    expect(await say(read('0100'))).toMatch(/^0200000100/);
  });
});

describe('reading codes', () => {
  it('as it leaves the factory it is lit and reads by itself, without a tail', async () => {
    const { reader, pass, state } = world();
    expect(state()).toMatchObject({ lit: true, mode: 'continuous', scans: 0, holds: null });
    reader.put('qr-receipt');
    expect(await pass(110)).toBe(RECEIPT);
    expect(await pass(2_000)).toBe(RECEIPT + RECEIPT);
    expect(reader.take()).toEqual({ ok: true, value: { thing: 'qr-receipt' } });
    expect(await pass(5_000)).toBe('');
    expect(state()).toMatchObject({ lit: true, scans: 3 });
  });

  it('in command mode a trigger lights it, reads one code after 100 ms and leaves it dark', async () => {
    const { reader, ready, say, pass, state } = world();
    await ready();
    expect(state()).toMatchObject({ lit: false, mode: 'command' });
    reader.put('qr-receipt');
    expect(await pass(3_000)).toBe('');
    expect(await say(SAY.trigger)).toBe(OK);
    expect(state()['lit']).toBe(true);
    expect(await say(read('0002'), 90)).toMatch(/^0200000101/);
    expect(await pass(20)).toBe(RECEIPT + CR_LF);
    expect(state()).toMatchObject({ lit: false, scans: 1 });
    expect(await say(read('0002'))).toMatch(/^0200000100/);
    expect(await pass(6_000)).toBe('');
    expect(await say(SAY.trigger, 150)).toBe(OK + RECEIPT + CR_LF);
  });

  it('nobody comes: dark after 5 s, counted from the last trigger; who comes meanwhile is read', async () => {
    const { reader, ready, say, pass, state } = world();
    await ready();
    await say(SAY.trigger, 4_000);
    await say(SAY.trigger, 4_900);
    expect(state()['lit']).toBe(true);
    await pass(200);
    expect(state()['lit']).toBe(false);
    await say(SAY.trigger, 2_000);
    reader.put('qr-booking');
    expect(await pass(120)).toContain(toHex(new TextEncoder().encode('A017')));
  });

  it('dark ends a reading, also when it is dark already; 0006 = 00 has no end', async () => {
    const { reader, ready, say, state } = world();
    await ready();
    expect(await say(SAY.dark)).toBe(OK);
    await say(SAY.trigger);
    reader.put('qr-receipt');
    expect(await say(SAY.dark, 1_000)).toBe(OK);
    expect(state()).toMatchObject({ lit: false, scans: 0 });
    reader.take();
    await say(write('0006', '00') + SAY.trigger, 60_000);
    expect(state()['lit']).toBe(true);
  });

  it('button mode obeys no trigger; sensor mode reads what comes, once', async () => {
    const { reader, say, pass, state } = world();
    await say(write('0000', 'd4'));
    expect(await say(SAY.trigger, 200)).toBe(OK);
    expect(state()).toMatchObject({ lit: false, mode: 'button' });
    await say(write('0000', 'd7'));
    reader.put('qr-receipt');
    expect(await pass(3_000)).toBe(RECEIPT);
    expect(state()).toMatchObject({ lit: false, mode: 'sensor' });
  });

  it.each([
    ['21', CR_LF],
    ['01', '0d'],
    ['41', '09'],
    ['61', ''],
    ['20', ''],
  ])('register 0060 = %s: tail %j', async (value, tail) => {
    const { reader, ready, say } = world();
    await ready();
    reader.put('qr-receipt');
    expect(await say(write('0060', value) + SAY.trigger, 150)).toBe(OK + OK + RECEIPT + tail);
  });

  it('tells the AIM identifier when 00D0 says so, and nothing on this line as a keyboard', async () => {
    const { reader, ready, say, state } = world();
    await ready();
    reader.put('qr-receipt');
    expect(await say(write('00d0', '80') + SAY.trigger, 150)).toBe(`${OK}${OK}5d5131${RECEIPT}${CR_LF}`);
    expect(await say(write('000d', '01') + SAY.trigger, 150)).toBe(OK + OK);
    expect(state()['scans']).toBe(2);
  });

  it('every code of the bench, byte by byte', async () => {
    const { reader, ready, say } = world();
    await ready();
    for (const [thing, code] of PRINTED_CODES) {
      expect(reader.put(thing)).toMatchObject({ ok: true });
      expect(await say(SAY.trigger, 150), thing).toBe(OK + toHex(code) + CR_LF);
      reader.take();
    }
    const bytes = (thing: string): Uint8Array => PRINTED_CODES.get(thing) ?? new Uint8Array(0);
    expect(bytes('qr-too-long').length).toBeGreaterThan(2_048);
    expect(toHex(bytes('qr-control-bytes'))).toMatch(/^020000.*1b5b324a.*0d0a/);
    expect(toHex(bytes('qr-binary'))).toContain(CR_LF);
    for (const encoding of ['utf-8', 'gb18030'])
      expect(() => new TextDecoder(encoding, { fatal: true }).decode(bytes('qr-binary'))).toThrow();
  });

  it('a hand holds one code that exists', () => {
    const { reader } = world();
    expect(reader.take()).toMatchObject({ ok: false });
    expect(reader.put('permit-li-na')).toEqual({ ok: false, error: 'no such code: permit-li-na' });
    reader.put('qr-receipt');
    expect(reader.put('qr-booking')).toEqual({
      ok: false,
      error: 'qr-receipt is held before the window already',
    });
  });

  it('at speed real every byte takes its time at 9600 baud, one answer after the other', async () => {
    const { reader, say, pass } = world('real');
    await say(write('0000', 'd5') + write('0060', '21'), 50);
    reader.put('qr-too-long');
    expect(await say(SAY.trigger, 150)).toBe(OK);
    await say(read('0006'));
    expect(await pass(2_600)).toBe('');
    expect(await pass(200)).toMatch(/^30313233.*0d0a0200000132/);
  });
});

describe('faults', () => {
  it.each(['F44', 'barcode-storm'])(
    '%s: once read it comes every 250 ms, lit or dark, while it lies there',
    async (name) => {
      const { reader, ready, say, pass, state } = world();
      await ready();
      reader.fault(name);
      reader.put('qr-receipt');
      expect(await pass(2_000)).toBe('');
      expect(await say(SAY.trigger, 1_110)).toBe(OK + (RECEIPT + CR_LF).repeat(5));
      expect(state()).toMatchObject({ lit: false, faults: ['F44'] });
      await say(SAY.dark);
      expect(await pass(500)).toBe((RECEIPT + CR_LF).repeat(2));
      reader.take();
      expect(await pass(1_000)).toBe('');
    },
  );

  it('F44 begins with what was read before, and ends with clear', async () => {
    const { reader, ready, say, pass } = world();
    await ready();
    reader.put('qr-receipt');
    await say(SAY.trigger, 150);
    reader.fault('F44');
    expect(await pass(260)).toBe(RECEIPT + CR_LF);
    reader.clear();
    expect(await pass(1_000)).toBe('');
  });

  it('answer-inside-code: the answer to a trigger stands in the middle; alone when no code comes', async () => {
    const { reader, ready, say } = world();
    await ready();
    reader.fault('answer-inside-code');
    expect(await say(SAY.trigger)).toBe(OK);
    await say(SAY.dark);
    reader.put('qr-receipt');
    expect(await say(SAY.trigger, 90)).toBe('');
    const whole = await say('', 20);
    expect(whole).toBe(`${(RECEIPT + CR_LF).slice(0, 34)}${OK}${(RECEIPT + CR_LF).slice(34)}`);
    await say(SAY.trigger);
    expect(await say(SAY.dark)).toBe(OK + OK);
  });

  it('hardware-broken: a write to 0002 does nothing and is not answered, all else works, until clear', async () => {
    const { reader, ready, say, state } = world();
    await ready();
    reader.fault('hardware-broken');
    expect(await say(SAY.trigger + SAY.dark, 2_000)).toBe('');
    expect(await say(write('0000', 'd5000000000032'), 10)).toBe('');
    expect(await say(read('0006'))).toMatch(/^0200000132/);
    expect(await say(write('0006', '32'))).toBe(OK);
    expect(state()['lit']).toBe(false);
    reader.clear();
    expect(await say(SAY.trigger)).toBe(OK);
  });

  it('wrong-model: E0 tells 42', async () => {
    const { reader, say } = world();
    reader.fault('wrong-model');
    expect(await say(read('00e0', '02'))).toMatch(/^020000024264/);
    expect(await say(read('00e1'))).toMatch(/^0200000164/);
  });

  it('F12 and silent: hears and says nothing; other faults of the cable bend what it says', async () => {
    const { reader, say } = world();
    for (const name of ['F12', 'silent']) {
      reader.fault(name);
      expect(await say(SAY.save, 1_000)).toBe('');
      reader.clear();
      expect(await say(SAY.save)).toBe(OK);
    }
    reader.fault('half-frame');
    expect(await say(SAY.save)).toBe(OK.slice(0, 8));
    reader.clear();
    reader.fault('duplicate');
    expect(await say(SAY.save)).toBe(OK + OK);
    expect(reader.fault('F24')).toEqual({ ok: false, error: 'no such fault: F24' });
  });
});

describe('power', () => {
  it('what was not saved is gone after the cable was pulled', async () => {
    const { reader, ready, reconnect, say, state } = world();
    await ready();
    await say(SAY.trigger);
    reader.unplug();
    expect(state()).toMatchObject({ lit: false, plugged: false, connected: false });
    reader.plug();
    reconnect();
    expect(await say(read('0000'))).toMatch(/^02000001d6/);
    await ready();
    await say(SAY.save);
    reader.unplug();
    reader.plug();
    reconnect();
    expect(await say(read('0000'))).toMatch(/^02000001d5/);
    expect(state()).toMatchObject({ lit: false, mode: 'command' });
  });

  it('power-dip: at the next trigger, once, on a line that stays', async () => {
    const { reader, ready, say, state } = world();
    await ready();
    reader.fault('power-dip');
    expect(await say(SAY.trigger, 500)).toBe('');
    expect(state()).toMatchObject({ mode: 'continuous', faults: [], connected: true });
    expect(await say(read('0060'))).toMatch(/^0200000100/);
  });

  it('what was under way to another host is not said to the next one', async () => {
    const { reader, say, pass, reconnect } = world('real');
    await say(write('0000', 'd5'), 50);
    reader.put('qr-too-long');
    await say(SAY.trigger, 500);
    reconnect();
    expect(await pass(5_000)).toBe('');
  });
});
