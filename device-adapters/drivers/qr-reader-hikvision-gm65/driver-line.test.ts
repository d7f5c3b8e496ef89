import { concatBytes, err, fromHex } from '@yimen/contracts/base';
import type { ScannedCode } from '@yimen/contracts/device';
import { afterEach, describe, expect, it } from 'vitest';
import { offlineFault } from '../../driver-kit/device-faults.ts';
import { GM65_LIMITS } from './limits.table.ts';
import { Gm65Bench, type Gm65BenchOptions } from './testing/gm65-bench.ts';
import { readFixtures } from './testing/fixtures.ts';
import { ScriptedGm65 } from './testing/scripted-gm65.ts';

const DONE = fromHex('02 00 00 01 00 33 31');
const TAIL = fromHex('0D 0A');
const TRIGGER = 'write 0002 01';
const DARK = 'write 0002 00';
const SETTINGS = 'read 0000 7';
const LOOK_AT_REGISTERS = [SETTINGS, 'read 0060 1'];
const INSPECT = ['read 00E0 6', 'read 000D 1', ...LOOK_AT_REGISTERS, DARK];

const benches: Gm65Bench[] = [];

function bench(reader: ScriptedGm65, options: Omit<Gm65BenchOptions, 'open'> = {}): Gm65Bench {
  const one = new Gm65Bench({ ...options, open: reader.open });
  benches.push(one);
  return one;
}

afterEach(async () => {
  for (const one of benches.splice(0)) await one.run(one.driver.close());
});

const code = (text: string): Uint8Array => concatBytes(new TextEncoder().encode(text), TAIL);

async function next(one: Gm65Bench, deadlineMs = 2_000): Promise<string> {
  const got = await one.ask('waitForCode', {}, deadlineMs);
  return got.ok ? ((got.value as ScannedCode).text ?? 'no text') : got.error.code;
}

describe('order of commands', () => {
  it('a new line: who, where to, registers, dark; nothing is written or saved when all is ours', async () => {
    const reader = new ScriptedGm65();
    const one = bench(reader);
    await one.status();
    expect(reader.heard).toEqual(INSPECT);
  });

  it('start: registers again, then the trigger; stop: dark, and read back', async () => {
    const reader = new ScriptedGm65();
    const one = bench(reader);
    await one.status();
    reader.heard.length = 0;
    await one.start();
    expect(reader.heard.splice(0)).toEqual([...LOOK_AT_REGISTERS, TRIGGER]);
    expect(await one.ask('stop')).toEqual({ ok: true, value: {} });
    expect(reader.heard.splice(0)).toEqual([DARK, SETTINGS]);
    await one.status();
    expect(reader.heard).toEqual([...LOOK_AT_REGISTERS, DARK]);
  });

  it('what is not ours is written, read back and saved', async () => {
    const reader = new ScriptedGm65();
    reader.registers.set(0x00, 0xd6).set(0x03, 0x00).set(0x06, 0x00).set(0x60, 0x00);
    const one = bench(reader, { options: { aimId: true } });
    await one.status();
    const looked = [...LOOK_AT_REGISTERS, 'read 00D0 1'];
    const written = ['write 0000 D5', 'write 0003 03', 'write 0006 32', 'write 0060 21', 'write 00D0 80'];
    expect(reader.heard).toEqual(['read 00E0 6', 'read 000D 1', ...looked, ...written, ...looked, 'save', DARK]);
  });

  it('a reader that came back with other registers is set again before it is lit', async () => {
    const reader = new ScriptedGm65();
    const one = bench(reader);
    await one.status();
    reader.registers.set(0x00, 0xd6);
    reader.heard.length = 0;
    await one.start();
    expect(reader.heard.indexOf('write 0000 D5')).toBeGreaterThan(0);
    expect(reader.heard.at(-1)).toBe(TRIGGER);
    reader.registers.set(0x03, 0x00);
    expect(await one.status()).toMatchObject({ device: 'online' });
    expect(reader.registers.get(0x03)).toBe(0x03);
  });

  it('while it is lit: triggered again every four seconds, and soon after each code; status sends no order', async () => {
    const reader = new ScriptedGm65();
    const one = bench(reader);
    await one.start();
    reader.heard.length = 0;
    await one.pass(12_500);
    expect(reader.heard.splice(0)).toEqual([TRIGGER, TRIGGER, TRIGGER]);
    await one.status();
    expect(reader.heard.splice(0)).toEqual(LOOK_AT_REGISTERS);
    for (const shown of ['A', 'too long '.repeat(250)]) {
      reader.say(code(shown));
      await one.pass(GM65_LIMITS.codeGapMs + GM65_LIMITS.nextReadingMs + 40);
      expect(reader.heard.splice(0)).toEqual([TRIGGER]);
    }
  });
});

describe('codes and answers in one stream', () => {
  it('the answer to the trigger at every place inside the code', async () => {
    const whole = code('yimen:R7K2\r\n\u0002\u0000');
    for (let at = 0; at <= whole.length; at += 1) {
      const reader = new ScriptedGm65();
      reader.on(TRIGGER, concatBytes(whole.slice(0, at), DONE, whole.slice(at)), DONE);
      const one = bench(reader);
      await one.start();
      expect(await next(one), `answer at ${at}`).toBe('yimen:R7K2\r\n\u0002\u0000');
    }
  });

  it('a code in pieces, one byte at a time, with the answer to a look between them', async () => {
    const reader = new ScriptedGm65();
    const one = bench(reader);
    await one.start();
    const waiting = one.begin('waitForCode');
    const looking = one.driver.status(0);
    for (const byte of code('yimen:R7K2')) {
      reader.say(Uint8Array.of(byte));
      await one.pass(20);
    }
    expect(await one.run(waiting)).toMatchObject({ ok: true, value: { text: 'yimen:R7K2' } });
    expect(await one.run(looking)).toMatchObject({ device: 'online' });
  });

  it.each(
    readFixtures()
      .filter(({ file }) => file === 'codes.hex')
      .map((one) => [one.says, one] as const),
  )('fixture “%s” gives one code', async (says, { received }) => {
    const reader = new ScriptedGm65();
    reader.on(TRIGGER, received, DONE);
    const one = bench(reader, { options: { aimId: says.startsWith('AIM') } });
    await one.start();
    const got = await next(one);
    const texts: Readonly<Record<string, string>> = {
      control: '\u0002\u0000\u0000Ctrl+V\r\n\u001b\u0000\b\u007f',
      'UTF-8': '回执 R7K2',
      GB18030: '回执 R7K2',
      binary: 'no text',
    };
    const word = Object.keys(texts).find((begin) => says.startsWith(begin));
    expect(got).toBe(word === undefined ? 'yimen:R7K2M9QX4T' : texts[word]);
  });

  it('a code that holds an answer is data when none is awaited', async () => {
    const reader = new ScriptedGm65();
    const one = bench(reader);
    await one.start();
    reader.say(concatBytes(Uint8Array.of(0x41), DONE, Uint8Array.of(0x42), TAIL));
    expect(await next(one)).toBe('A\u0002\u0000\u0000\u0001\u000031B');
  });

  it('a code that ends as an answer begins is whole: what was held for one is given back', async () => {
    const reader = new ScriptedGm65();
    const one = bench(reader);
    await one.start();
    reader.on(SETTINGS, concatBytes(code('A'), fromHex('02 00')), undefined);
    const looking = one.driver.status(0);
    await one.pass(100);
    reader.say(TAIL);
    expect(await next(one, 1_000)).toBe('A\r\n\u0002\u0000');
    await one.run(looking);
  });

  it('an answer that comes two seconds late, behind a long code, is still the answer', async () => {
    const reader = new ScriptedGm65().on(TRIGGER, undefined);
    const one = bench(reader);
    const starting = one.begin('start', { windowMs: 0 });
    await one.pass(2_000);
    reader.say(concatBytes(DONE, code('A')));
    expect((await one.run(starting)).ok).toBe(true);
    expect(await next(one)).toBe('A');
    reader.on(DARK, undefined).on(SETTINGS, undefined);
    const stopping = one.begin('stop');
    for (const answer of [DONE, fromHex('02 00 00 07 D5 00 00 03 00 00 32 72 1C')]) {
      await one.pass(1_200);
      reader.say(answer);
    }
    expect(await one.run(stopping)).toEqual({ ok: true, value: {} });
  });

  it('silence of 100 ms ends a code; less does not', async () => {
    const reader = new ScriptedGm65();
    const one = bench(reader);
    await one.start();
    reader.say(code('A'));
    await one.pass(80);
    reader.say(code('B'));
    expect(await next(one)).toBe('A\r\nB');
    reader.say(code('C'));
    await one.pass(120);
    reader.say(code('D'));
    await one.pass(120);
    expect([await next(one), await next(one)]).toEqual(['C', 'D']);
  });

  it('a tail that comes late still ends it; one that never comes tears it', async () => {
    const reader = new ScriptedGm65();
    const one = bench(reader);
    await one.start();
    reader.say(Uint8Array.of(0x41));
    await one.pass(400);
    reader.say(TAIL);
    expect(await next(one)).toBe('A');
    reader.say(Uint8Array.of(0x42));
    await one.pass(600);
    reader.say(code('C'));
    expect(await next(one)).toBe('C');
    expect(one.log).toContain('torn code');
  });

  it('at most four codes wait; the eldest go', async () => {
    const reader = new ScriptedGm65();
    const one = bench(reader);
    await one.start();
    for (const text of ['1', '2', '3', '4', '5', '6']) {
      reader.say(code(text));
      await one.pass(150);
    }
    const got: string[] = [];
    for (let times = 0; times < 5; times += 1) got.push(await next(one, 50));
    expect(got).toEqual(['3', '4', '5', '6', 'noMedia']);
  });

  it('doubled without a pause is one, unless every code counts', async () => {
    for (const [windowMs, text] of [
      [1_000, 'A'],
      [0, 'A\r\nA'],
    ] as const) {
      const reader = new ScriptedGm65();
      const one = bench(reader);
      await one.start(windowMs);
      reader.say(concatBytes(code('A'), code('A')));
      expect(await next(one)).toBe(text);
    }
  });
});

describe('a former citizen’s code', () => {
  it('that is under way at start is nobody’s', async () => {
    const reader = new ScriptedGm65();
    const one = bench(reader);
    await one.status();
    reader.on('read 0060 1', concatBytes(fromHex('41'), fromHex('02 00 00 01 21 07 72')));
    const starting = one.begin('start', { windowMs: 0 });
    await one.pass(20);
    reader.say(code('former'));
    expect((await one.run(starting)).ok).toBe(true);
    expect(await next(one, 500)).toBe('noMedia');
    reader.say(code('mine'));
    expect(await next(one)).toBe('mine');
  });

  it('is overwritten in every buffer it came through, and stands in no log', async () => {
    const reader = new ScriptedGm65();
    const one = bench(reader);
    await one.start();
    reader.say(code('yimen:R7K2'));
    expect(await next(one)).toBe('yimen:R7K2');
    for (const chunk of reader.given) expect(chunk.every((byte) => byte === 0)).toBe(true);
    expect(one.log.join('\n')).not.toContain('R7K2');
  });

  it('does not come with a late answer on a new line', async () => {
    const reader = new ScriptedGm65();
    const one = bench(reader);
    await one.start();
    reader.on(TRIGGER, undefined).on(SETTINGS, undefined);
    await one.pass(12_000);
    reader.off(TRIGGER).off(SETTINGS);
    reader.say(code('former'));
    expect(await next(one)).toBe('deviceNotReady');
    await one.start();
    expect(await next(one, 500)).toBe('noMedia');
    expect(reader.opens).toBe(2);
  });
});

describe('what a reader should not do', () => {
  it.each([
    ['0000', 'write 0000 D5', 0x00],
    ['0003', 'write 0003 03', 0x03],
    ['0060', 'write 0060 21', 0x60],
  ])(
    'register %s does not keep what is written: hardwareError, nothing is saved or lit',
    async (at, command, address) => {
      const reader = new ScriptedGm65().on(command, DONE);
      reader.registers.set(address, 0x46);
      const one = bench(reader);
      expect(await one.ask('start', { windowMs: 0 })).toMatchObject({
        ok: false,
        error: { code: 'hardwareError', action: 'maintenance', vendorCode: at },
      });
      expect(await one.status()).toMatchObject({ device: 'hardwareError' });
      expect(reader.heard).not.toContain('save');
      expect(reader.heard).not.toContain(TRIGGER);
      reader.off(command);
      expect(await one.status()).toMatchObject({ device: 'online' });
    },
  );

  it.each([0x01, 0x02])('type codes as a keyboard (000D %i): refused, nothing is written', async (output) => {
    const reader = new ScriptedGm65();
    reader.registers.set(0x0d, output);
    const one = bench(reader);
    expect(await one.ask('start', { windowMs: 0 })).toMatchObject({ ok: false, error: { code: 'configuration' } });
    expect(reader.heard.filter((command) => !command.startsWith('read'))).toEqual([]);
  });

  it('stay lit: hardwareError', async () => {
    const reader = new ScriptedGm65();
    const one = bench(reader);
    await one.start();
    reader.on(DARK, DONE);
    expect(await one.ask('stop')).toMatchObject({ ok: false, error: { code: 'hardwareError', vendorCode: 'LIT' } });
    expect(await next(one)).toBe('deviceNotReady');
  });

  it('answer with a wrong check sum: as if it had said nothing', async () => {
    const reader = new ScriptedGm65().on('read 00E0 6', fromHex('02 00 00 06 41 64 64 14 0A 1F 00 00'));
    const one = bench(reader);
    expect(await one.ask('start', { windowMs: 0 })).toMatchObject({ ok: false, error: { code: 'timeOut' } });
    expect(await one.status()).toMatchObject({ device: 'offline', source: 'stale' });
  });

  it('flood: bounded, and well again afterwards', async () => {
    const reader = new ScriptedGm65();
    const one = bench(reader);
    await one.start();
    for (let times = 0; times < 200; times += 1) {
      reader.say(new Uint8Array(8_000).fill(times));
      await one.pass(20);
    }
    expect(await next(one, 100)).toBe('invalidMedia');
    await one.pass(1_000);
    expect(await next(one, 100)).toBe('noMedia');
    reader.say(code('A'));
    expect(await next(one)).toBe('A');
  });
});

describe('somebody’s time', () => {
  it('is over before the reader’s: timeOut, and nothing is said of the reader', async () => {
    const reader = new ScriptedGm65();
    const one = bench(reader);
    await one.status();
    reader.on(SETTINGS, undefined);
    const states: unknown[] = [];
    one.driver.onStatus(({ device }) => device && states.push(device));
    expect(await one.ask('start', { windowMs: 0 }, 200)).toMatchObject({
      ok: false,
      error: { code: 'timeOut', action: 'suspend' },
    });
    expect(states).toEqual(['starting']);
    reader.off(SETTINGS);
    await one.start();
  });

  it('is over already: nothing is sent', async () => {
    const reader = new ScriptedGm65();
    const one = bench(reader);
    await one.status();
    reader.heard.length = 0;
    expect(await one.ask('start', { windowMs: 0 }, 0)).toMatchObject({ ok: false, error: { code: 'timeOut' } });
    expect(reader.heard).toEqual([]);
    await one.start();
    expect(await next(one, 0)).toBe('noMedia');
  });

  it('a lease that ends while it is lit up: canceled, and it is dark', async () => {
    const reader = new ScriptedGm65();
    const one = bench(reader);
    await one.status();
    reader.on(TRIGGER, undefined, DONE);
    const starting = one.begin('start', { windowMs: 0 });
    await one.pass(200);
    one.abort.abort();
    expect((await one.run(starting)).ok).toBe(false);
    await one.pass(8_000);
    expect(reader.heard.at(-1)).toBe(SETTINGS);
    expect(reader.heard.lastIndexOf(DARK)).toBeGreaterThan(reader.heard.lastIndexOf(TRIGGER));
  });

  it('closed: nothing is opened any more', async () => {
    const reader = new ScriptedGm65();
    const one = bench(reader);
    await one.start();
    reader.on(DARK, undefined);
    const began = one.clock.monoMs();
    await one.run(one.driver.close());
    expect(one.clock.monoMs() - began).toBeLessThan(1_500);
    expect(await one.ask('start', { windowMs: 0 })).toMatchObject({ ok: false, error: { code: 'offline' } });
    expect(reader.opens).toBe(1);
  });

  it('no line at all: offline', async () => {
    const one = new Gm65Bench({ open: () => Promise.resolve(err(offlineFault('no such port'))) });
    benches.push(one);
    expect(await one.ask('start', { windowMs: 0 })).toMatchObject({ ok: false, error: { code: 'offline' } });
    expect(await one.status()).toMatchObject({ device: 'offline', source: 'stale' });
    expect(await one.run(one.driver.describe())).toMatchObject({ ok: false });
  });
});
