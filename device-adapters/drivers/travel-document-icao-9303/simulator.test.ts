import { fromHex, toHex } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import { CardPath } from '../../testing/card-path.ts';
import { seededRandom } from '../../testing/contract-bench.ts';
import { runUntil } from '../../testing/run-until.ts';
import { permitOf } from '../../testing/things.ts';
import { memoryChannelPair } from '../../transport/memory-channel.ts';
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
