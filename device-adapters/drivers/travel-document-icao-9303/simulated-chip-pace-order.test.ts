import { describe, expect, it } from 'vitest';
import { chipZoneDigest } from './simulated-chip-crypto.ts';
import type { ChipFault } from './simulated-chip-faults.ts';
import { ALL_OFFERS, cardWith, rig } from './simulated-chip-rig.ts';
import { encodePoint, simulatedCurve } from './simulated-curve.ts';
import { object } from './simulated-der.ts';
import { pair, type TestTerminal } from './simulated-test-terminal.ts';

const CAN = Buffer.from('500011');
const curve = simulatedCurve(13);
const NOTHING = Buffer.alloc(0);
const oid = (text: string): string => `800a${text}`;
const PACE = oid('04007f00070202040202');

function terminalOf(...faults: readonly ChipFault[]): TestTerminal {
  return rig(cardWith(ALL_OFFERS), ...faults).terminal;
}

function mappingKey(): Buffer {
  return object(0x81, encodePoint(pair(curve, curve.g).point));
}

/** A terminal whose chip waits for the step named. */
function before(step: 'nonce' | 'map' | 'agree' | 'token'): TestTerminal {
  const terminal = terminalOf();
  expect(terminal.choosePace(2, 13)).toBe('9000');
  if (step === 'nonce') return terminal;
  expect(terminal.paceStep(NOTHING).value).toHaveLength(16);
  if (step === 'map') return terminal;
  expect(terminal.paceStep(mappingKey()).value).toHaveLength(65);
  if (step === 'agree') return terminal;
  expect(terminal.paceStep(object(0x83, encodePoint(pair(curve, curve.g).point))).value).toHaveLength(65);
  return terminal;
}

describe('PACE as it should be', () => {
  it.each([12, 13] as const)('parameter %i: by the access number and by the printed zone', (parameter) => {
    const card = cardWith({ ...ALL_OFFERS, pace: { parameter, can: '123456' } });
    const { terminal } = rig(card);
    expect(terminal.pace(2, Buffer.from('123456'), simulatedCurve(parameter))).toBe('9000');
    const zone = chipZoneDigest(card.documentNumber, card.birth, card.expiry);
    expect(terminal.pace(1, zone, simulatedCurve(parameter))).toBe('9000');
    // Access is not yet the application: that is selected under the session.
    expect(terminal.readFile(0x0101)).toBeUndefined();
    expect(terminal.secure('0ca4040c', Buffer.from('a0000002471001', 'hex')).sw).toBe('9000');
    expect(terminal.readFile(0x0101)?.toString('latin1')).toContain('LI<<NA');
  });

  it('two runs never share a nonce, a key or a session', () => {
    const terminal = terminalOf();
    const seen = new Set<string>();
    for (let run = 0; run < 4; run += 1) {
      expect(terminal.pace(2, CAN, curve)).toBe('9000');
      seen.add(terminal.session?.keys.enc.toString('hex') ?? '');
    }
    expect(seen.size).toBe(4);
  });
});

describe('MSE:SET AT', () => {
  it.each([
    ['no such protocol', `${oid('04007f00070202040204')}83010284010d`, '6a80'],
    ['no protocol', '83010284010d', '6a80'],
    ['no password', `${PACE}84010d`, '6a80'],
    ['a password of two bytes', `${PACE}8302020284010d`, '6a80'],
    ['not whole', `${PACE}830202`, '6a80'],
    ['one object twice', `${PACE}830102830102`, '6a80'],
    ['a PIN, which this chip has not', `${PACE}83010384010d`, '6a88'],
    ['other parameters', `${PACE}83010284010c`, '6a88'],
    ['no parameters: there is one set only', `${PACE}830102`, '9000'],
  ])('%s', (_what, data, sw) => {
    const length = (data.length / 2).toString(16).padStart(2, '0');
    const terminal = terminalOf();
    expect(terminal.send(`0022c1a4${length}${data}`).sw).toBe(sw);
    // What was refused chose nothing.
    if (sw !== '9000') expect(terminal.paceStep(NOTHING).sw).toBe('6985');
  });

  it('other P1P2: 6a86', () => {
    expect(terminalOf().send('0022c1a600').sw).toBe('6a86');
  });
});

describe('GENERAL AUTHENTICATE out of order', () => {
  it('before MSE:SET AT, and after a run has ended: 6985', () => {
    expect(terminalOf().paceStep(NOTHING).sw).toBe('6985');
    const done = terminalOf();
    expect(done.pace(2, CAN, curve)).toBe('9000');
    expect(done.paceStep(NOTHING).sw).toBe('6985');
  });

  it.each([
    ['nonce', NOTHING],
    ['map', mappingKey()],
    ['agree', object(0x83, encodePoint(curve.g))],
  ] as const)('%s marked as the last of the chain: 6985, and it begins again', (step, value) => {
    const terminal = before(step);
    expect(terminal.paceStep(value, true).sw).toBe('6985');
    expect(terminal.paceStep(value).sw).toBe('6985');
    expect(terminal.pace(2, CAN, curve)).toBe('9000');
  });

  it('the token not marked as the last: 6883', () => {
    const terminal = before('token');
    expect(terminal.paceStep(object(0x85, Buffer.alloc(8))).sw).toBe('6883');
    expect(terminal.paceStep(object(0x85, Buffer.alloc(8)), true).sw).toBe('6985');
  });

  it.each([
    ['nonce', mappingKey(), false],
    ['map', NOTHING, false],
    ['map', object(0x83, encodePoint(curve.g)), false],
    ['map', Buffer.concat([mappingKey(), mappingKey()]), false],
    ['agree', mappingKey(), false],
    ['token', object(0x83, encodePoint(curve.g)), true],
  ] as const)('another object than %s waits for: 6a80', (step, value, isLast) => {
    const terminal = before(step);
    expect(terminal.paceStep(value, isLast).sw).toBe('6a80');
    expect(terminal.paceStep(value, isLast).sw).toBe('6985');
  });

  it('no 7C, more than it, or other P1P2', () => {
    expect(before('map').send('108600000281' + '0000').sw).toBe('6a80');
    expect(before('nonce').send('10860000047c00000000').sw).toBe('6a80');
    expect(before('nonce').send('10860001027c0000').sw).toBe('6a86');
  });

  it.each(['map', 'agree'] as const)('%s with a point off the curve, of another form or at infinity: 6a80', (step) => {
    const tag = step === 'map' ? 0x81 : 0x83;
    const off = encodePoint({ x: curve.g.x, y: curve.g.y + 1n });
    for (const point of [off, Buffer.from([0]), off.subarray(0, 33), encodePoint(simulatedCurve(12).g)])
      expect(before(step).paceStep(object(tag, point)).sw).toBe('6a80');
  });

  it('a wrong token: 6300, and no session', () => {
    const terminal = before('token');
    expect(terminal.paceStep(object(0x85, Buffer.alloc(8)), true)).toMatchObject({ sw: '6300', data: NOTHING });
    expect(terminal.send('0cb000000d9701048e08000000000000000000').sw).toBe('6982');
    expect(before('token').paceStep(object(0x85, Buffer.alloc(7)), true).sw).toBe('6300');
  });

  it('another command in between gives the run up', () => {
    for (const step of ['nonce', 'map', 'agree', 'token'] as const) {
      const terminal = before(step);
      terminal.send('00a4000c');
      expect(terminal.paceStep(NOTHING, step === 'token').sw, step).toBe('6985');
    }
  });

  it('MSE:SET AT begins anew at any step', () => {
    for (const step of ['nonce', 'map', 'agree', 'token'] as const)
      expect(before(step).pace(2, CAN, curve), step).toBe('9000');
  });
});

describe('a chip that is wrong', () => {
  it.each([
    ['pace-mapping-off-curve', 'mapping'],
    ['pace-key-off-curve', 'key'],
    ['pace-same-key', 'same'],
    ['pace-wrong-token', 'token'],
  ] as const)('%s is what the terminal meets', (fault, found) => {
    expect(terminalOf(fault).pace(2, CAN, curve)).toBe(found);
  });

  it('pace-same-key: a terminal that does not compare keys would believe it, without any password', () => {
    const terminal = terminalOf('pace-same-key');
    terminal.choosePace(2, 13);
    terminal.paceStep(NOTHING);
    terminal.paceStep(mappingKey());
    const own = encodePoint(pair(curve, curve.g).point);
    expect(terminal.paceStep(object(0x83, own)).value).toEqual(own);
    const token = Buffer.from('0123456789abcdef', 'hex');
    expect(terminal.paceStep(object(0x85, token), true)).toMatchObject({ sw: '9000', value: token });
  });
});
