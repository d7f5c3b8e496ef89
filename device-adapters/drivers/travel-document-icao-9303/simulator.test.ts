import { fromHex, toHex } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import { CardPath } from '../../testing/card-path.ts';
import { seededRandom } from '../../testing/contract-bench.ts';
import { runUntil } from '../../testing/run-until.ts';
import { FAULT_TEXTS } from '../../testing/fault-texts.table.ts';
import { permitOf } from '../../testing/things.ts';
import { memoryChannelPair } from '../../transport/memory-channel.ts';
import { ALL_OFFERS, cardWith } from './simulated-chip-rig.ts';
import { encodePoint, simulatedCurve } from './simulated-curve.ts';
import { createSimulatedChip } from './simulator.ts';

/** Sends bare messages (hex payloads) to a powered reader and gives its answers. */
async function talk(payloads: readonly string[], place: 'gate' | 'readPosition' = 'readPosition'): Promise<string[]> {
  const clock = new ManualClock();
  const path = new CardPath();
  path.put(permitOf('permit-li-na'));
  path.move(place);
  const chip = createSimulatedChip({ clock, random: seededRandom(1), speed: 'fast' }, path);
  const [host, device] = memoryChannelPair();
  chip.attach(device);
  const reader = host.chunks[Symbol.asyncIterator]();
  const answers: string[] = [];
  await host.write(fromHex('000101'));
  for (const payload of payloads) {
    await host.write(fromHex((payload.length / 2).toString(16).padStart(4, '0') + payload));
    const next = await runUntil(clock, reader.next());
    answers.push(toHex(next.value ?? new Uint8Array(0)).slice(4));
  }
  await host.close();
  return answers;
}

const SELECT = '00a4040c07a0000002471001';

describe('the simulated chip', () => {
  it('refuses every file before access: 6982', async () => {
    expect(await talk([SELECT, '00a4020c02011e', '00b0000004', '00b0810004'])).toEqual([
      '9000',
      '6982',
      '6982',
      '6982',
    ]);
  });

  it('refuses secured commands without a session, and authentication without a challenge', async () => {
    const forged = '0ca4020c158709016375432908c044f68e08bf8b92d635ff24f800';
    expect(await talk([SELECT, forged, `0082000028${'00'.repeat(40)}28`])).toEqual(['9000', '6982', '6985']);
  });

  it('refuses wrong keys with 6300 and takes no second try on one challenge', async () => {
    const wrong = `0082000028${'ab'.repeat(40)}28`;
    const answers = await talk([SELECT, '0084000008', wrong, wrong]);
    expect(answers.map((answer) => answer.slice(-4))).toEqual(['9000', '9000', '6300', '6985']);
  });

  it('knows its application, its classes and its instructions only', async () => {
    expect(await talk(['00a4040c07a0000002471002', '80a4040c00', '00ca000000'])).toEqual(['6a82', '6e00', '6d00']);
  });

  it('without a card the reader answers empty', async () => {
    expect(await talk(['04', SELECT], 'gate')).toEqual(['', '']);
  });
});

/** A reader with a card whose chip offers everything, at the pace of the machine. */
function realBench(fault?: string) {
  const clock = new ManualClock();
  const path = new CardPath();
  path.put(cardWith(ALL_OFFERS));
  path.move('readPosition');
  const device = createSimulatedChip({ clock, random: seededRandom(7), speed: 'real' }, path);
  const [host, other] = memoryChannelPair();
  device.attach(other);
  const reader = host.chunks[Symbol.asyncIterator]();
  if (fault !== undefined) expect(device.fault(fault)).toEqual({ ok: true, value: undefined });
  const send = (payload: string): Promise<unknown> =>
    host.write(fromHex((payload.length / 2).toString(16).padStart(4, '0') + payload));
  const ask = async (payload: string): Promise<{ answer: string; ms: number }> => {
    const began = clock.monoMs();
    await send(payload);
    const next = await runUntil(clock, reader.next(), 10_000, 5);
    return { answer: toHex(next.value ?? new Uint8Array(0)).slice(4), ms: clock.monoMs() - began };
  };
  return { clock, path, device, send, ask, close: () => host.close() };
}

const CHOOSE_CAN = '0022c1a4 0f 800a04007f00070202040202 830102'.replaceAll(' ', '');
const NONCE = '10860000027c0000';
const GENERATOR = encodePoint(simulatedCurve(13).g).toString('hex');
const MAP = `10860000457c438141${GENERATOR}00`;
const AGREE = `10860000457c438341${GENERATOR}00`;
const WRONG_TOKEN = '008600000c7c0a8508000000000000000000';

describe('the reader with a chip that offers PACE', () => {
  it('a wrong password is counted in the state, and slows the next try of the same card', async () => {
    const { ask, device, path, send, close } = realBench();
    await send('01');
    for (const command of [CHOOSE_CAN, NONCE, MAP, AGREE]) {
      const { answer, ms } = await ask(command);
      expect([answer.slice(-4), ms < 40]).toEqual(['9000', true]);
    }
    expect((await ask(WRONG_TOKEN)).answer).toBe('6300');
    expect(device.state()).toMatchObject({ wrongTries: 1 });
    await send('02');
    const slow = await ask(CHOOSE_CAN);
    expect(slow.answer).toBe('9000');
    expect(slow.ms).toBeGreaterThanOrEqual(250);
    path.move('gate');
    path.take();
    expect(device.state()).toMatchObject({ wrongTries: 0, chip: null });
    await close();
  });

  it('a card that leaves while its chip thinks answers nothing', async () => {
    const { ask, clock, path, send, close } = realBench('wrong-password');
    await send('01');
    for (const command of [CHOOSE_CAN, NONCE, MAP, AGREE, WRONG_TOKEN]) await ask(command);
    const slow = ask(CHOOSE_CAN);
    clock.after(100, () => path.move('gate'));
    expect((await slow).answer).toBe('');
    await close();
  });

  it('pulled-mid-pace: gone with the terminal’s ephemeral key, and back when it is cleared', async () => {
    const { ask, device, send, close } = realBench('pulled-mid-pace');
    await send('01');
    const answers: string[] = [];
    for (const command of [CHOOSE_CAN, NONCE, MAP, AGREE]) answers.push((await ask(command)).answer.slice(-4));
    expect(answers).toEqual(['9000', '9000', '9000', '']);
    device.clear();
    await send('02');
    expect((await ask(CHOOSE_CAN)).answer).toBe('9000');
    expect((await ask(NONCE)).answer).toMatch(/^7c128010[0-9a-f]{32}9000$/);
    await close();
  });

  it('a fault that is switched on while the chip is in the field is played from then on', async () => {
    const { ask, device, send, close } = realBench();
    await send('01');
    for (const command of [CHOOSE_CAN, NONCE, MAP]) await ask(command);
    expect(device.fault('pace-same-key').ok).toBe(true);
    expect((await ask(AGREE)).answer).toBe(`7c438441${GENERATOR}9000`);
    expect(device.state()).toMatchObject({ faults: ['pace-same-key'] });
    await close();
  });

  it('every fault that it names has words for a person', () => {
    const { device } = realBench();
    for (const fault of device.faults) {
      expect(device.fault(fault)).toEqual({ ok: true, value: undefined });
      expect(FAULT_TEXTS[fault], fault).toBeDefined();
    }
    device.clear();
    expect(device.state()).toMatchObject({ faults: [] });
    expect(device.fault('no-such-fault')).toEqual({ ok: false, error: 'no such fault: no-such-fault' });
  });
});
