import { describe, expect, it } from 'vitest';
import { frameOf, SimulatorWorld } from './testing/simulator-world.ts';

const INPUTS = '0200000010';
/** Doors closed, bolts thrown, mains and UPS there, nothing tampered: bits 0–4, 9, 12–15. */
const AT_REST = '02021ff2';
const LATCH = '0300000001';
const LIGHTS = '0300100004';

describe('the line', () => {
  it('README’s examples, byte by byte', async () => {
    const world = new SimulatorWorld();
    expect(await world.say('01020000001079c6')).toBe(frameOf(AT_REST));
    expect(await world.say('01050000ff008c3a')).toBe('01050000ff008c3a');
    world.cabinet.fault('inputs-broken');
    expect(await world.say(frameOf('0200200001'))).toBe(frameOf('8204'));
    world.cabinet.clear();
    expect(await world.say(frameOf('0200200001'))).toBe('018202c161');
  });

  it('another unit, a wrong CRC, a frame that is too short: silence, and the next one is heard', async () => {
    const world = new SimulatorWorld();
    for (const lost of [frameOf(INPUTS, 2), '01020000001079c7', '010279', frameOf('', 1), 'ff'.repeat(300)]) {
      expect(await world.say(lost), lost.slice(0, 20)).toBe('');
      expect(await world.ask(INPUTS)).toBe(AT_REST);
    }
    expect(world.state()).toMatchObject({ requests: 5 });
  });

  it('obeys the unit that it was given', async () => {
    const world = new SimulatorWorld('fast', { unit: 17 });
    expect(await world.ask(INPUTS)).toBe('');
    expect(await world.ask(INPUTS, 17)).toBe(AT_REST);
  });

  it('everybody (unit 0) is obeyed and not answered', async () => {
    const world = new SimulatorWorld();
    expect(await world.say(frameOf('050008ff00', 0))).toBe('');
    expect(await world.say(frameOf('100010000102' + '0002', 0))).toBe('');
    expect(await world.say(frameOf(INPUTS, 0))).toBe('');
    expect(world.state()).toMatchObject({ lights: { inside: 'on', status: 'slowFlash' }, writes: 2 });
  });

  it('a request in pieces is one; silence inside ends it', async () => {
    const world = new SimulatorWorld();
    const whole = frameOf(INPUTS);
    for (let cut = 2; cut < whole.length; cut += 2) {
      expect(await world.say(whole.slice(0, cut), 20)).toBe('');
      expect(await world.say(whole.slice(cut)), `cut at ${cut / 2}`).toBe(frameOf(AT_REST));
      expect(await world.say(whole.slice(0, cut), 40)).toBe('');
      expect(await world.say(whole.slice(cut)), `torn at ${cut / 2}`).toBe('');
    }
  });

  it('after a wrong CRC it waits for silence: what follows at once is not heard', async () => {
    const world = new SimulatorWorld();
    expect(await world.say('01020000001079c7' + frameOf(INPUTS))).toBe('');
    expect(await world.say('01020000001079c7', 10)).toBe('');
    expect(await world.say(frameOf(INPUTS))).toBe('');
    expect(await world.ask(INPUTS)).toBe(AT_REST);
  });

  it('real speed: an answer takes as long as its bytes and those of the request; whoever asks before is not heard', async () => {
    const world = new SimulatorWorld('real');
    // 8 + 7 bytes at 9600 8N1, and 4 ms: 20 ms.
    expect(await world.say(frameOf(INPUTS), 10)).toBe('');
    expect(await world.say(frameOf(LATCH), 20)).toBe(frameOf(AT_REST));
    expect(await world.pass(500)).toBe('');
    expect(world.state()).toMatchObject({ requests: 1, collisions: 1 });
    expect(await world.ask(LATCH)).toBe('03020000');
  });

  it('another host does not hear what this one asked', async () => {
    const world = new SimulatorWorld('real');
    await world.say(frameOf(INPUTS), 10);
    world.reconnect();
    expect(await world.pass(500)).toBe('');
    expect(await world.ask(LATCH)).toBe('03020000');
  });
});

describe('functions', () => {
  it.each([
    ['01 coils', '0100000003', '010107'],
    ['01 coils, part of a block', '0100020001', '010101'],
    ['01 lamp', '0100080001', '010100'],
    ['02 inputs', INPUTS, AT_REST],
    ['02 inputs, part of a block', '0200030003', '020103'],
    ['03 latch', '0300000002', '030400000000'],
    ['03 lights', LIGHTS, '0308' + '0000'.repeat(4)],
    ['04 who it is', '0400000007', '040e5943000101024341423030303137'],
    ['04 values', '0400100003', '040600f500640014'],
    ['05 lamp on', '050008ff00', '050008ff00'],
    ['05 lamp off', '0500080000', '0500080000'],
    ['16 one light', '100011000102' + '0003', '1000110001'],
    ['16 all lights', '100010000408' + '0001000200030000', '1000100004'],
    ['16 latch clear', '100001000102' + '0007', '1000010001'],
  ])('%s', async (_, asked, answered) => {
    expect(await new SimulatorWorld().ask(asked)).toBe(answered);
  });

  it.each([
    ['a function that it does not have', '0600100001', '8601'],
    ['function 15', '0f0000000101ff', '8f01'],
    ['function 43', '2b0e0100', 'ab01'],
    ['no coil', '0100000000', '8103'],
    ['2001 coils', '01000007d1', '8103'],
    ['2001 inputs', '02000007d1', '8203'],
    ['126 registers', '030010007e', '8303'],
    ['126 input registers', '040000007e', '8403'],
    ['coils across a hole', '0100020007', '8102'],
    ['inputs beyond the block', '0200000011', '8202'],
    ['registers between blocks', '0300020001', '8302'],
    ['input registers across a hole', '0400060002', '8402'],
    ['the last address', '04ffff0001', '8402'],
    ['a coil that is neither on nor off', '0500080001', '8503'],
    ['a coil that is not there', '050003ff00', '8502'],
    ['the latch itself', '100000000102' + '0000', '9002'],
    ['latch and clear together', '100000000204' + '00000007', '9002'],
    ['lights beyond the last', '100013000204' + '00010001', '9002'],
    ['no register', '100010000000', '9003'],
    ['a byte count that does not fit', '100010000104' + '00010001', '9003'],
    ['a light that is neither', '100010000204' + '00010004', '9003'],
  ])('exception: %s', async (_, asked, answered) => {
    const world = new SimulatorWorld();
    expect(await world.ask(asked)).toBe(answered);
    expect(world.state()).toMatchObject({ writes: 0, lights: { status: 'off', cardSlot: 'off' } });
  });
});
