import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '@yimen/contracts/testing';
import type { TouchTrouble } from '@yimen/contracts/ui';
import { CORE_LIMITS } from '../limits.table.ts';
import { touchPosts } from './touch-post.ts';

let server: Server;
let clock: ManualClock;
let heard: TouchTrouble[];

beforeEach(async () => {
  clock = new ManualClock();
  heard = [];
  server = createServer(
    touchPosts(clock, (trouble) => {
      heard.push(trouble);
    }),
  );
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => {
    server.close(resolve);
  });
});

const GHOST = JSON.stringify({ what: 'ghost', sign: 'rate' });

async function post(body: string | ReadableStream, type = 'application/json'): Promise<number> {
  const { port } = server.address() as AddressInfo;
  const headers = { 'content-type': type };
  const isStream = body instanceof ReadableStream;
  return (
    await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body, ...(isStream && { duplex: 'half' }) })
  ).status;
}

/** A body whose length nobody announces. */
function stream(text: string): ReadableStream {
  return new Blob([text]).stream();
}

describe('F64 the page’s word that its touch screen acts by itself', () => {
  it.each(['rate', 'pointers', 'jump', 'held'] as const)('F64 is heard: %s', async (sign) => {
    expect(await post(JSON.stringify({ what: 'ghost', sign }))).toBe(204);
    expect(await post(stream(JSON.stringify({ what: 'ghost', sign })), 'application/json; charset=utf-8')).toBe(204);
    expect(heard).toEqual([
      { what: 'ghost', sign },
      { what: 'ghost', sign },
    ]);
  });

  it.each([
    ['no JSON', 400, '{'],
    ['nothing', 400, ''],
    ['another word', 400, '{"what":"noTouch","sign":"rate"}'],
    ['another sign', 400, '{"what":"ghost","sign":"slow"}'],
    ['a field besides', 400, '{"what":"ghost","sign":"rate","clear":true}'],
    ['a list', 400, `[${GHOST}]`],
    ['too much', 413, GHOST.padEnd(CORE_LIMITS.touchPostBytes + 1)],
  ])('F64 is refused as %s with %i', async (_what, status, body) => {
    expect(await post(body)).toBe(status);
    expect(heard).toEqual([]);
  });

  it('F64 is refused when it is too much and says so only at its end, or is of another type', async () => {
    expect(await post(stream(GHOST.padEnd(64 * 1024)))).toBe(413);
    expect(await post(GHOST, 'text/plain')).toBe(415);
    expect(await post(stream(GHOST), 'application/x-www-form-urlencoded')).toBe(415);
    expect(heard).toEqual([]);
  });

  it('F64 is heard so often in a minute and no more, garbage counted too', async () => {
    for (let i = 0; i < CORE_LIMITS.touchPostsPerMin - 1; i += 1) expect(await post(GHOST)).toBe(204);
    expect(await post('{')).toBe(400);
    expect(await post(GHOST)).toBe(429);
    expect(heard).toHaveLength(CORE_LIMITS.touchPostsPerMin - 1);
    await clock.advance(60_000);
    expect(await post(GHOST)).toBe(204);
  });
});
