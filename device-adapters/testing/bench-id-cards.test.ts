import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ID_CARDS, ManualClock } from '@yimen/contracts/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { startBench } from './bench.ts';
import { seededRandom } from './contract-bench.ts';

const KIND = 'id-card-reader';
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
  const url = `http://127.0.0.1:${bench.httpPort}`;
  const post = async (verb: string, body: object = {}, kind = KIND) => {
    const answer = await fetch(`${url}/devices/${kind}/${verb}`, { method: 'POST', body: JSON.stringify(body) });
    return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
  };
  return { bench, url, post, state: () => bench.world.view().devices[KIND]?.state };
}

/** Speaks over a real socket, and hears `bytes` bytes. */
async function say(port: number, hex: string, bytes: number): Promise<Buffer> {
  const socket = connect(port, '127.0.0.1');
  ends.push(() => void socket.destroy());
  await once(socket, 'connect');
  socket.write(Buffer.from(hex, 'hex'));
  let heard = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => (heard = Buffer.concat([heard, chunk])));
  while (heard.length < bytes) await once(socket, 'data');
  return heard;
}

const FIND_SELECT_READ = 'aaaaaa96690003200122aaaaaa96690003200221aaaaaa96690003300132';

describe('ID cards at the bench', () => {
  it('are laid on the reader, read over its port, and lifted', async () => {
    const { bench, post, state } = await start();
    for (const { thing, fields } of ID_CARDS) {
      expect(await post('put', { thing })).toMatchObject({ status: 200, json: { thing } });
      expect(state()).toMatchObject({ card: thing, lamp: 'card' });
      const heard = await say(bench.devices[KIND] ?? 0, FIND_SELECT_READ, 15 + 19 + 1_295);
      const text = heard.subarray(15 + 19 + 14).toString('utf16le', 0, 256);
      for (const field of [fields.name, fields.chineseName, fields.idNumber]) expect(text).toContain(field ?? '');
      expect(state()).toMatchObject({ lamp: 'read' });
      expect(await post('take')).toMatchObject({ status: 200, json: { thing } });
    }
    expect(state()).toMatchObject({ card: null, reads: ID_CARDS.length });
  });

  it('go nowhere else, and only one at a time', async () => {
    const { post } = await start();
    expect(await post('take')).toMatchObject({ status: 409 });
    expect(await post('put', { thing: 'permit-li-na' })).toMatchObject({
      status: 409,
      json: { error: { field: 'thing' } },
    });
    expect(await post('put', { thing: 'id-li-na' }, 'card-unit')).toMatchObject({ status: 409 });
    expect(await post('put', { thing: 'id-nobody' })).toMatchObject({ status: 400 });
    expect(await post('put', { thing: 'id-li-na' })).toMatchObject({ status: 200 });
    expect(await post('put', { thing: 'id-li-ming' })).toMatchObject({
      status: 409,
      json: { error: { code: 'not-possible', message: 'a card lies on the reader already' } },
    });
  });

  it('a permit in the card unit and an ID card on the reader do not meet', async () => {
    const { bench, post } = await start();
    await post('put', { thing: 'permit-li-na' }, 'card-unit');
    await post('put', { thing: 'id-li-na' });
    expect(bench.world.view()).toMatchObject({
      card: { thing: 'permit-li-na' },
      devices: { [KIND]: { state: { card: 'id-li-na' } } },
    });
  });

  it('faults by the matrix’s id and by the reader’s own word', async () => {
    const { post, state } = await start();
    for (const fault of ['F08', 'F12', 'sam-broken', 'wrong-checksum'])
      expect(await post('fault', { fault })).toMatchObject({ status: 200 });
    expect(state()).toMatchObject({ faults: ['F08', 'sam-broken', 'silent', 'wrong-checksum'], lamp: 'failed' });
    const refused = await post('fault', { fault: 'F24' });
    expect(refused).toMatchObject({ status: 400, json: { error: { field: 'fault' } } });
    expect(JSON.stringify(refused.json)).toMatch(/F08, F12, F22, .*lifted-mid-read/);
    await post('clear');
    expect(state()).toMatchObject({ faults: [], lamp: 'ready' });
  });

  it('a card that lay there when the bench was killed still lies there', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'yimen-id-cards-'));
    ends.push(() => rmSync(dataDir, { recursive: true, force: true }));
    const first = await start(dataDir);
    await first.post('put', { thing: 'id-foreigner-2023' });
    const second = await start(dataDir);
    expect(second.state()).toMatchObject({ card: 'id-foreigner-2023', reads: 0 });
    await second.post('take');
    expect((await start(dataDir)).state()).toMatchObject({ card: null });
  });

  it('show a drawn face on the page, and nothing of what the chip says', async () => {
    const { url, post } = await start();
    for (const { thing } of ID_CARDS) {
      const face = await fetch(`${url}/faces/${thing}.jpg`);
      expect([face.status, face.headers.get('content-type')], thing).toEqual([200, 'image/jpeg']);
      await face.arrayBuffer();
    }
    await post('put', { thing: 'id-li-ming' });
    expect(await (await fetch(`${url}/state`)).text()).not.toContain('440606');
    expect(await (await fetch(`${url}/things`)).text()).not.toContain('440606');
  });
});
