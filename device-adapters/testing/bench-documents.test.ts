import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '@yimen/contracts/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { DOCUMENTS } from '../drivers/document-locker-yimen-ref1/simulator-stock.table.ts';
import { startBench } from './bench.ts';
import { connectTo } from './bench-test-host.ts';
import { seededRandom } from './contract-bench.ts';
import { idField } from './ref1-device/bare-host.ts';
import { text, u16, u8 } from './ref1-device/fields.ts';
import { idCardFaceOf, permitOf, THINGS } from './things.ts';

const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function start(dataDir?: string) {
  const clock = new ManualClock();
  const started = await startBench({ httpPort: 0, speed: 'fast', clock, random: seededRandom(2), dataDir });
  if (!started.ok) throw new Error(started.error.message);
  const bench = started.value;
  ends.push(() => bench.close());
  const post = async (kind: string, verb: string, body: object = {}) => {
    const answer = await fetch(`http://127.0.0.1:${bench.httpPort}/devices/${kind}/${verb}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
  };
  const host = async (kind: string) => {
    const connected = await connectTo(bench.devices[kind] ?? 0);
    ends.push(() => connected.close());
    return connected;
  };
  const state = (kind: string) => bench.world.view().devices[kind]?.state ?? {};
  return { bench, clock, post, host, state };
}

const MAKE = [u8(0x40, 1), text(0x41, 'D2026000001'), { tag: 0x42, value: Uint8Array.of(1, 97, 120) }];

describe('the licence maker at the bench', () => {
  it('makes, presents and hands out a licence, and takes an old one', async () => {
    const { post, host, state } = await start();
    expect(await post('licence-printer', 'put', { thing: 'old-driving-licence' })).toMatchObject({ status: 409 });
    const line = await host('licence-printer');
    await line.say(0x10, [idField(1), ...MAKE]);
    const presented = line.say(0x12, [idField(2), u16(0x46, 60)]);
    await line.until(() => Promise.resolve(state('licence-printer')['waitsAt'] === 'exit'));
    expect(await post('licence-printer', 'take')).toMatchObject({ status: 200, json: { thing: 'driving-licence' } });
    expect((await presented)[1]?.fields['02']).toEqual(['00']);
    const accepted = line.say(0x14, [idField(3), u16(0x46, 60)]);
    await line.until(() => Promise.resolve(state('licence-printer')['slot'] === 'open'));
    expect(await post('licence-printer', 'put', { thing: 'old-driving-licence' })).toMatchObject({ status: 200 });
    expect((await accepted)[1]?.fields['02']).toEqual(['00']);
    expect(state('licence-printer')).toMatchObject({ units: { recovery: { count: 1 }, driving: { taken: 1 } } });
  });

  it('takes a pack of blanks while staff have it open', async () => {
    const { post, host, state } = await start();
    expect(await post('licence-printer', 'put', { thing: 'blanks-vehicle' })).toMatchObject({ status: 409 });
    const line = await host('licence-printer');
    await line.say(0x16, [idField(1)]);
    expect(await post('licence-printer', 'put', { thing: 'blanks-vehicle' })).toMatchObject({ status: 200 });
    expect(state('licence-printer')).toMatchObject({ units: { vehicle: { count: 60 } } });
  });
});

describe('the document locker at the bench', () => {
  it('hands out a document, which can be put in again while staff have the door open', async () => {
    const { post, host, state } = await start();
    const line = await host('document-locker');
    const presented = line.say(0x12, [idField(1), text(0x44, 'C60000011'), u16(0x45, 60)]);
    await line.until(() => Promise.resolve(state('document-locker')['waitsAt'] === 'exit'));
    const thing = 'document-permit-li-na';
    expect(await post('document-locker', 'put', { thing })).toMatchObject({ status: 409 });
    expect(await post('document-locker', 'take')).toMatchObject({ status: 200, json: { thing } });
    expect((await presented)[1]?.fields['02']).toEqual(['00']);
    expect(state('document-locker')['keeps']).not.toContain(thing);
    await line.say(0x16, [idField(2)]);
    expect(await post('document-locker', 'put', { thing })).toMatchObject({ status: 200 });
    expect(state('document-locker')['keeps']).toContain(thing);
  });

  it('every document has a thing with words and the face of its holder', () => {
    const documents = THINGS.filter(({ device }) => device === 'document-locker');
    expect(documents.map(({ thing }) => thing)).toEqual(DOCUMENTS.map(({ thing }) => thing));
    for (const { thing, zh, en } of documents) {
      const holder = thing.replace('document-', '');
      const face = holder.startsWith('permit-') ? permitOf(holder).faceImage : idCardFaceOf(holder);
      expect(face?.length ?? 0, thing).toBeGreaterThan(0);
      expect([zh, en]).not.toContain(thing);
    }
  });
});

describe('a bench that is killed in the middle', () => {
  it('has lost neither what lies at the exits nor a count', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'yimen-documents-'));
    ends.push(() => rmSync(dataDir, { recursive: true, force: true }));
    const first = await start(dataDir);
    const maker = await first.host('licence-printer');
    await maker.say(0x10, [idField(1), ...MAKE]);
    void maker.say(0x12, [idField(2), u16(0x46, 60)]).catch(() => undefined);
    await maker.until(() => Promise.resolve(first.state('licence-printer')['waitsAt'] === 'exit'));
    const locker = await first.host('document-locker');
    void locker.say(0x12, [idField(1), text(0x44, 'C60000022'), u16(0x45, 60)]).catch(() => undefined);
    await locker.until(() => Promise.resolve(first.state('document-locker')['waitsAt'] === 'exit'));
    const second = await start(dataDir);
    expect(second.state('licence-printer')).toMatchObject({
      position: 'exit',
      bootCount: 2,
      licence: { serial: 'D2026000001' },
      units: { driving: { count: 39, initialCount: 40 } },
    });
    expect(second.state('document-locker')).toMatchObject({
      atExit: { thing: 'document-permit-wang-wei' },
      bootCount: 2,
    });
    expect(await second.post('licence-printer', 'take')).toMatchObject({ status: 200 });
    expect(await second.post('document-locker', 'take')).toMatchObject({ status: 200 });
  });
});

describe('a start that does not name every kind', () => {
  it('serves the kinds that it names where it says, and the others on free ports', async () => {
    const first = await start();
    const port = first.bench.devices['card-unit'] ?? 0;
    await first.bench.close();
    const options = { httpPort: 0, speed: 'fast', clock: new ManualClock(), random: seededRandom(3) } as const;
    const second = await startBench({ ...options, ports: { 'card-unit': port } });
    if (!second.ok) throw new Error(second.error.message);
    ends.push(() => second.value.close());
    const { devices } = second.value;
    expect(devices['card-unit']).toBe(port);
    for (const kind of ['licence-printer', 'document-locker']) expect(devices[kind], kind).toBeGreaterThan(0);
  });
});

describe('the fault matrix', () => {
  it('a pulled bin by id and by word is one switch, and the page offers it once', async () => {
    const { bench, post, state } = await start();
    for (const kind of ['licence-printer', 'document-locker']) {
      for (const fault of ['F05', 'bin-pulled']) {
        expect(await post(kind, 'fault', { fault })).toMatchObject({ status: 200 });
        expect(state(kind)).toMatchObject({ faults: ['F05'], units: { retract: { status: 'missing' } } });
        await post(kind, 'clear');
        expect(state(kind)).toMatchObject({ units: { retract: { status: 'manipulated' } } });
      }
      const { faults = [] } = bench.world.view().devices[kind] ?? {};
      expect(faults.filter(({ fault }) => fault === 'F05' || fault === 'bin-pulled')).toHaveLength(1);
    }
  });
});
