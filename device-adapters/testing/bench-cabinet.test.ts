import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock, PEOPLE } from '@yimen/contracts/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { connectTo } from './bench-test-host.ts';
import { startBench, type Bench } from './bench.ts';
import { seededRandom } from './contract-bench.ts';
import { idField } from './ref1-device/bare-host.ts';
import { text, u16, u32 } from './ref1-device/fields.ts';

const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function start(dataDir?: string) {
  const clock = new ManualClock();
  const started = await startBench({ httpPort: 0, speed: 'fast', clock, random: seededRandom(2), dataDir });
  if (!started.ok) throw new Error(started.error.message);
  const bench: Bench = started.value;
  ends.push(() => bench.close());
  const url = `http://127.0.0.1:${bench.httpPort}`;
  const post = async (kind: string, verb: string, body: object = {}) => {
    const answer = await fetch(`${url}/devices/${kind}/${verb}`, { method: 'POST', body: JSON.stringify(body) });
    return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
  };
  const state = async (kind: string) => {
    const view = (await (await fetch(`${url}/state`)).json()) as { devices: Record<string, { state: unknown }> };
    return view.devices[kind]?.state;
  };
  const host = async (kind: string) => {
    const connected = await connectTo(bench.devices[kind] ?? 0);
    ends.push(() => connected.close());
    return connected;
  };
  return { bench, clock, post, state, host };
}

const CHARGE = [text(0x40, 'bill-1'), u32(0x41, 1_500), text(0x42, 'https://pay.example/1'), u16(0x45, 60)];
const LINE = 'HKG G 1 2026-11-26 2027-02-26 E123456';

describe('the cabinet', () => {
  it('has every device of the terminal, each on a port of its own', async () => {
    const { bench } = await start();
    expect(Object.keys(bench.devices)).toEqual([
      'card-unit',
      'travel-document',
      'id-card-reader',
      'camera',
      'qr-reader',
      'fingerprint',
      'signature-pad',
      'payment-terminal',
      'endorsement-printer',
      'receipt-printer',
      'licence-printer',
      'document-locker',
      'document-printer',
      'document-scanner',
      'cabinet-io',
    ]);
    expect(new Set(Object.values(bench.devices)).size).toBe(Object.keys(bench.devices).length);
    expect(bench.world.permits.size).toBe(PEOPLE.length);
  });

  it('every fault that a person may choose has words in both languages, and no choice stands there twice', async () => {
    const { bench } = await start();
    for (const { kind, faults } of Object.values(bench.world.view().devices)) {
      for (const { fault, zh, en } of faults) expect([zh, en], `${kind} ${fault}`).not.toContain(undefined);
      const choices = faults.filter((row) => row.sameAs === undefined).map(({ zh }) => zh);
      expect(new Set(choices).size, kind).toBe(choices.length);
      const last = faults.findLastIndex(({ group }) => group === 'matrix');
      expect(faults.slice(0, last + 1).every(({ group }) => group === 'matrix')).toBe(true);
    }
  });

  it('every fault can be switched on by name, and one clear ends them all', async () => {
    const { bench, post, state } = await start();
    for (const { kind, faults } of Object.values(bench.world.view().devices)) {
      for (const { fault } of faults) {
        // A card that is inside already cannot be found inside a second time.
        const isLoad = fault === 'F70' || fault === 'jammed-at-rest';
        if (!isLoad) expect(await post(kind, 'fault', { fault }), fault).toMatchObject({ status: 200 });
      }
      await post(kind, 'clear');
      expect(await state(kind), kind).toMatchObject({ faults: [] });
    }
    for (const fault of ['head-hot', 'cover-open', 'false-ok'])
      expect(await post('endorsement-printer', 'fault', { fault })).toMatchObject({ status: 200 });
  });
});

describe('hands', () => {
  it('a phone fits only while an amount is shown', async () => {
    const { post, state, host } = await start();
    expect(await post('payment-terminal', 'put', { thing: 'phone-alipay' })).toMatchObject({
      status: 409,
      json: { error: { code: 'not-possible', message: 'nothing to pay: the pad shows idle' } },
    });
    const till = await host('payment-terminal');
    await till.say(0x10, [idField(1), ...CHARGE], 1);
    expect(await state('payment-terminal')).toMatchObject({ shows: 'amount', waiting: { amountFen: 1_500 } });
    expect(await post('payment-terminal', 'put', { thing: 'phone-alipay' })).toMatchObject({ status: 200 });
    expect(await state('payment-terminal')).toMatchObject({
      shows: 'paid',
      waiting: null,
      charges: [{ billRef: 'bill-1', amountFen: 1_500, state: 'captured', channel: 'qr', trace: 'YM0000000001' }],
    });
    expect(await post('payment-terminal', 'put', { thing: 'permit-li-na' })).toMatchObject({ status: 409 });
    expect(await post('payment-terminal', 'take')).toMatchObject({ status: 409 });
  });

  it('a slip is torn off', async () => {
    const { bench, post, state } = await start();
    const line = await connectTo(bench.devices['receipt-printer'] ?? 0);
    ends.push(() => line.close());
    expect(await post('receipt-printer', 'take')).toMatchObject({ status: 409 });
    await line.write(Uint8Array.from([...Buffer.from('\u001b@Thank you\n'), 0x1d, 0x56, 66, 0]));
    await line.until(async () => ((await state('receipt-printer')) as { slip: unknown }).slip !== null);
    expect(await state('receipt-printer')).toMatchObject({ slips: 1 });
    expect(await post('receipt-printer', 'take')).toMatchObject({ status: 200, json: { thing: 'slip' } });
    expect(await state('receipt-printer')).toMatchObject({ slip: null, slips: 1 });
  });

  it('a card goes on from the card unit into the printer, which prints on that card', async () => {
    const { bench, post, host } = await start();
    await post('card-unit', 'put', { thing: 'permit-li-na' });
    bench.world.path.move('readPosition');
    const printer = await host('endorsement-printer');
    await printer.say(0x10, [idField(1)]);
    await printer.say(0x12, [idField(2), text(0x40, LINE)]);
    expect(bench.world.view().card).toMatchObject({ place: 'printer', panel: [LINE], endorsementCounter: 2 });
    expect(await post('endorsement-printer', 'put', { thing: 'permit-li-na' })).toMatchObject({ status: 409 });
  });
});

describe('a bench that is killed in the middle', () => {
  it('has lost neither money nor prints nor paper nor what devices remember', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'yimen-cabinet-'));
    ends.push(() => rmSync(dataDir, { recursive: true, force: true }));
    const first = await start(dataDir);
    await first.post('card-unit', 'put', { thing: 'permit-li-na' });
    first.bench.world.path.move('printer');
    const printer = await first.host('endorsement-printer');
    await printer.say(0x12, [idField(1), text(0x40, LINE)]);
    const till = await first.host('payment-terminal');
    await till.say(0x10, [idField(1), ...CHARGE], 1);
    await first.post('payment-terminal', 'put', { thing: 'bank-card' });
    await till.say(0x10, [idField(2), text(0x40, 'bill-2'), ...CHARGE.slice(1)], 1);
    await first.post('receipt-printer', 'fault', { fault: 'F23' });
    // Everything was written when it happened: the file of a bench that is killed is the one that is read here.
    const second = await start(dataDir);
    expect(second.bench.world.view().card).toMatchObject({ place: 'printer', panel: [LINE], endorsementCounter: 2 });
    expect(await second.state('endorsement-printer')).toMatchObject({ prints: 1, bootCount: 2, position: 'printPath' });
    expect(await second.state('payment-terminal')).toMatchObject({
      shows: 'idle',
      charges: [
        { billRef: 'bill-1', state: 'captured', channel: 'card', trace: 'YM0000000001' },
        { billRef: 'bill-2', state: 'cancelled' },
      ],
    });
    expect(await second.state('receipt-printer')).toMatchObject({ paper: 'low' });
    const asked = await (await second.host('payment-terminal')).say(0x04, [idField(1)]);
    expect(asked[1]?.fields).toMatchObject({ '02': ['00'], '05': ['02'], '06': ['10'] });
    const open = await (await second.host('payment-terminal')).say(0x04, [idField(2)]);
    expect(open[1]?.fields).toMatchObject({ '05': ['03'] });
    const again = await (await second.host('endorsement-printer')).say(0x12, [idField(1), text(0x40, LINE)]);
    expect(again[1]?.fields).toMatchObject({ '02': ['00'] });
    expect(await second.state('endorsement-printer')).toMatchObject({ prints: 1 });
  });

  it('begins a device anew whose memory is not readable, and leaves the others', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'yimen-cabinet-'));
    ends.push(() => rmSync(dataDir, { recursive: true, force: true }));
    const first = await start(dataDir);
    const kept = first.bench.world.keep();
    first.bench.world.restore({
      ...kept,
      devices: { 'payment-terminal': { charges: 'gone' }, 'endorsement-printer': null, 'no-such': 1 },
    });
    expect(await first.state('payment-terminal')).toMatchObject({ bootCount: 1, charges: [] });
    expect(await first.state('endorsement-printer')).toMatchObject({ bootCount: 1, prints: 0 });
  });
});
