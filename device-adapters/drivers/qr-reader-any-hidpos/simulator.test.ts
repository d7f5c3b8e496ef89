import { concatBytes, ok, toHex } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../testing/contract-bench.ts';
import { runFor } from '../../testing/run-until.ts';
import type { SimulatedDevice } from '../../testing/simulated-device.ts';
import { memoryChannelPair } from '../../transport/memory-channel.ts';
import { createSimulatedHidpos } from './simulator.ts';
import { fixture } from './testing/fixtures.ts';

interface Rig {
  readonly reader: SimulatedDevice;
  readonly clock: ManualClock;
  /** Everything that came since it was read last. */
  heard(): Uint8Array;
  say(...chunks: readonly Uint8Array[]): Promise<void>;
}

async function rig(speed: 'real' | 'fast' = 'real'): Promise<Rig> {
  const clock = new ManualClock();
  const reader = createSimulatedHidpos({ clock, random: seededRandom(1), speed });
  const [host, end] = memoryChannelPair();
  reader.attach(end);
  let got: Uint8Array[] = [];
  void (async () => {
    for await (const chunk of host.chunks) got.push(chunk);
  })();
  return {
    reader,
    clock,
    heard: () => concatBytes(...got.splice(0)),
    say: async (...chunks) => {
      for (const chunk of chunks) expect(await host.write(chunk)).toEqual(ok(undefined));
      await runFor(clock, 20);
    },
  };
}

describe('the carrier', () => {
  it('who are you, whole and in pieces', async () => {
    const { heard, say } = await rig();
    const { sent, received } = fixture('identity');
    await say(sent);
    expect(toHex(heard())).toBe(toHex(received));
    await say(sent.slice(0, 1), sent.slice(1));
    expect(toHex(heard())).toBe(toHex(received));
  });

  it('a pause inside an order forgets it; what is no order is not obeyed', async () => {
    const { heard, say, clock } = await rig();
    const { sent, received } = fixture('identity');
    await say(sent.slice(0, 10));
    await runFor(clock, 100);
    await say(sent);
    expect(toHex(heard())).toBe(toHex(received));
    await say(sent.with(0, 1), sent.with(1, 9), fixture('output report').sent.with(2, 62));
    expect(heard()).toHaveLength(0);
  });
});

describe('codes', () => {
  it('are reports as README.md has them, once per showing', async () => {
    const { reader, clock, heard } = await rig();
    reader.put('qr-receipt');
    await runFor(clock, 1_000);
    expect(toHex(heard())).toBe(toHex(fixture('code').received));
    expect(reader.state()).toMatchObject({ lit: true, holds: 'qr-receipt', scans: 1 });
    expect(reader.put('qr-booking').ok).toBe(false);
    expect(reader.take()).toEqual(ok({ thing: 'qr-receipt' }));
    expect(reader.take().ok).toBe(false);
    expect(reader.put('paper').ok).toBe(false);
  });

  it('that are long go on over reports of 56 bytes', async () => {
    const { reader, clock, heard } = await rig();
    reader.put('qr-long');
    await runFor(clock, 1_000);
    const reports = heard();
    expect(reports).toHaveLength(24 * 64);
    const flags = Array.from({ length: 24 }, (_, at) => reports[at * 64 + 63]);
    expect(flags).toEqual([...Array.from({ length: 23 }, () => 1), 0]);
    expect(reports[23 * 64 + 1]).toBe(1_300 - 23 * 56);
  });

  it('a trigger is obeyed only with its switch, and ends with the code or after 5 s', async () => {
    const { reader, clock, heard, say } = await rig();
    await say(fixture('output report').sent);
    reader.fault('by-trigger');
    expect(reader.state()).toMatchObject({ lit: false });
    reader.put('code128-slip');
    await runFor(clock, 500);
    expect(heard()).toHaveLength(0);
    await say(fixture('output report').sent);
    await runFor(clock, 500);
    expect(toHex(heard().slice(2, 5))).toBe('5d4330');
    expect(reader.state()).toMatchObject({ lit: false });
    reader.take();
    await say(fixture('output report').sent);
    await runFor(clock, 4_000);
    expect(reader.state()).toMatchObject({ lit: true });
    await runFor(clock, 1_500);
    expect(reader.state()).toMatchObject({ lit: false });
    await say(fixture('output report').sent, fixture('feature report').sent);
    expect(reader.state()).toMatchObject({ lit: false });
  });
});

describe('faults', () => {
  const shown = async (fault: string, thing = 'qr-receipt'): Promise<Uint8Array> => {
    const { reader, clock, heard } = await rig();
    expect(reader.fault(fault).ok).toBe(true);
    reader.put(thing);
    await runFor(clock, 1_000);
    return heard();
  };

  it('bend reports as their names say', async () => {
    const plain = fixture('code').received;
    expect(toHex(await shown('half-report'))).toBe(toHex(plain.slice(0, 32)));
    expect(toHex(await shown('wrong-id'))).toBe(toHex(plain.with(0, 3)));
    expect(toHex(await shown('over-length'))).toBe(toHex(plain.with(1, 57)));
    expect(toHex(await shown('endless'))).toBe(toHex(plain.with(63, 1)));
    expect(toHex(await shown('no-aim'))).toBe(toHex(plain.with(2, 0).with(3, 0).with(4, 0)));
    expect((await shown('F44')).length).toBeGreaterThan(3 * 64);
    expect(await shown('F12')).toHaveLength(0);
  });

  it('stack, are told, and end; unknown ones are refused by name', async () => {
    const { reader } = await rig();
    let changes = 0;
    reader.onChange(() => (changes += 1));
    for (const fault of reader.faults) expect(reader.fault(fault).ok, fault).toBe(true);
    expect(reader.fault('barcode-storm').ok).toBe(true);
    expect(reader.fault('jam')).toEqual({ ok: false, error: 'no such fault: jam' });
    expect(changes).toBeGreaterThan(reader.faults.length);
    reader.clear();
    expect(reader.state()).toMatchObject({ faults: [] });
  });

  it('identity: a keyboard, another serial, none', async () => {
    for (const [fault, text] of [
      ['keyboard', ';0001:0006;'],
      ['other-serial', ';SN-99999'],
      ['no-serial', 'Scanner 1900;\0'],
    ] as const) {
      const { reader, heard, say } = await rig('fast');
      reader.fault(fault);
      await say(fixture('identity').sent);
      expect(new TextDecoder().decode(heard())).toContain(text);
    }
  });

  it('unplugged it is cut off and says nothing to the next host of what was under way', async () => {
    const { reader, clock, heard } = await rig();
    reader.put('qr-long');
    await runFor(clock, 80);
    reader.unplug();
    await runFor(clock, 100);
    const before = heard().length;
    expect(before).toBeLessThan(24 * 64);
    expect(reader.state()).toMatchObject({ plugged: false, connected: false });
    reader.plug();
    const [host, end] = memoryChannelPair();
    reader.attach(end);
    const got: Uint8Array[] = [];
    void (async () => {
      for await (const chunk of host.chunks) got.push(chunk);
    })();
    await runFor(clock, 1_000);
    expect(got).toEqual([]);
  });
});
