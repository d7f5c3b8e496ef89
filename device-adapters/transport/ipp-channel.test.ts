import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { concatBytes, fromHex } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import { createIppMessageCutter, encodeIppMessage, type IppMessage } from '../framing/ipp-message.ts';
import { LIMITS } from '../limits.table.ts';
import type { ByteChannel } from './byte-channel.ts';
import { openIpp } from './ipp-channel.ts';

interface Heard {
  readonly request: IncomingMessage;
  readonly body: Buffer;
}
type Answer = (response: ServerResponse, heard: Heard) => void;

const QUESTION = fromHex('0101 000b 00000007 03');
const ANSWER = fromHex('0101 0000 00000007 03');
const ipp: Answer = (response) => response.writeHead(200, { 'content-type': 'application/ipp' }).end(ANSWER);

interface Served {
  readonly heard: Heard[];
  readonly channel: ByteChannel;
  readonly clock: ManualClock;
  readonly port: number;
}

/** A server on a free port, an open channel to it; both are closed in any case. */
async function served(answer: Answer, test: (served: Served) => Promise<void>): Promise<void> {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const one = { request, body: Buffer.concat(parts) };
      heard.push(one);
      answer(response, one);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const clock = new ManualClock();
  const opened = await openIpp({ host: '127.0.0.1', port, path: '/ipp/print' }, { clock })(3_000);
  if (!opened.ok) throw new Error(opened.error.message);
  try {
    await test({ heard, channel: opened.value, clock, port });
  } finally {
    await opened.value.close();
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  }
}

const request = (number = 1, payload: Uint8Array = QUESTION): Uint8Array =>
  encodeIppMessage({ number, status: 0, payload });

/** Sends, and reads messages until `many` came or the channel ended. */
async function asked(channel: ByteChannel, bytes: Uint8Array, many = 1): Promise<IppMessage[]> {
  const cutter = createIppMessageCutter(LIMITS.ippAnswerBytes);
  const messages: IppMessage[] = [];
  expect(await channel.write(bytes)).toEqual({ ok: true, value: undefined });
  for await (const chunk of channel.chunks) {
    for (const cut of cutter.push(chunk)) if (cut.kind === 'frame') messages.push(cut.frame);
    if (messages.length >= many) break;
  }
  return messages;
}

describe('an IPP endpoint as a channel', () => {
  it('a message is one POST of its bytes, the answer one message with its number', () =>
    served(ipp, async ({ channel, heard }) => {
      expect(await asked(channel, request(9))).toEqual([{ number: 9, status: 200, payload: ANSWER }]);
      expect(heard).toHaveLength(1);
      expect(heard[0]?.request).toMatchObject({ method: 'POST', url: '/ipp/print', httpVersion: '1.1' });
      expect(heard[0]?.request.headers).toMatchObject({
        'content-type': 'application/ipp',
        'content-length': String(QUESTION.length),
        connection: 'close',
      });
      expect(heard[0]?.body.equals(QUESTION)).toBe(true);
    }));

  it('a document comes in pieces and is sent whole', () =>
    served(ipp, async ({ channel, heard }) => {
      const whole = request(1, concatBytes(QUESTION, new Uint8Array(300_000).fill(0x25)));
      for (let at = 0; at < whole.length - 16_384; at += 16_384)
        expect((await channel.write(whole.subarray(at, at + 16_384))).ok).toBe(true);
      await asked(channel, whole.subarray(Math.floor((whole.length - 1) / 16_384) * 16_384));
      expect(heard[0]?.body.length).toBe(QUESTION.length + 300_000);
    }));

  it.each([
    ['not found', 404, 'text/html'],
    ['a page', 200, 'text/html; charset=utf-8'],
    ['an IPP text under another status', 500, 'application/ipp'],
    ['no type', 200, undefined],
    ['another type', 200, 'application/ippx'],
  ])('%s is told by its status, without its text', (_, status, type) =>
    served(
      (response) => response.writeHead(status, type === undefined ? {} : { 'content-type': type }).end('<html>'),
      async ({ channel }) => {
        expect(await asked(channel, request())).toEqual([{ number: 1, status, payload: new Uint8Array(0) }]);
      },
    ),
  );

  it('a redirect is told and not followed', () =>
    served(
      (response, { request: { headers } }) =>
        response.writeHead(302, { location: `http://${headers.host ?? ''}/elsewhere` }).end(),
      async ({ channel, heard }) => {
        expect(await asked(channel, request())).toMatchObject([{ status: 302 }]);
        expect(heard.map((one) => one.request.url)).toEqual(['/ipp/print']);
      },
    ));

  it('one after the other, each on its own connection; the answer of one is no answer of the next', () =>
    served(ipp, async ({ channel, heard }) => {
      expect(await asked(channel, request(1))).toMatchObject([{ number: 1 }]);
      expect((await channel.write(request(2))).ok).toBe(true);
      await expect.poll(() => heard.length).toBe(2);
      expect(new Set(heard.map((one) => one.request.socket)).size).toBe(2);
    }));

  it('two at once lose the channel', () =>
    served(
      () => undefined,
      async ({ channel }) => {
        expect((await channel.write(request(1))).ok).toBe(true);
        expect(await channel.write(request(2))).toMatchObject({ ok: false, error: { code: 'offline' } });
        expect(await channel.closed).toEqual({ why: 'lost', detail: 'ipp: two requests at once' });
      },
    ));

  it('what is no message, and one over 16 MiB, lose the channel before a byte goes out', async () => {
    for (const bytes of [fromHex('FF'), fromHex('59 49 0001 0000 FFFFFFFF')]) {
      await served(ipp, async ({ channel, heard }) => {
        expect((await channel.write(bytes)).ok).toBe(false);
        expect(await channel.closed).toMatchObject({ why: 'lost' });
        expect((await channel.write(request())).ok).toBe(false);
        expect(heard).toEqual([]);
      });
    }
  });

  it('an answer over 1 MiB loses the channel', () =>
    served(
      (response) =>
        response.writeHead(200, { 'content-type': 'application/ipp' }).end(Buffer.alloc(LIMITS.ippAnswerBytes + 1)),
      async ({ channel }) => {
        expect(await asked(channel, request())).toEqual([]);
        expect(await channel.closed).toEqual({ why: 'lost', detail: 'ipp: the answer is too large' });
      },
    ));

  it('an answer that breaks off loses the channel', () =>
    served(
      (response) => {
        response.writeHead(200, { 'content-type': 'application/ipp', 'content-length': 100 }).write(ANSWER);
        setImmediate(() => response.destroy());
      },
      async ({ channel }) => {
        expect(await asked(channel, request())).toEqual([]);
        expect(await channel.closed).toMatchObject({ why: 'lost' });
      },
    ));

  it('a server that is silent loses the channel at the deadline', () =>
    served(
      () => undefined,
      async ({ channel, clock, heard }) => {
        expect((await channel.write(request())).ok).toBe(true);
        await expect.poll(() => heard.length).toBe(1);
        await clock.advance(LIMITS.ippRequestMs - 1);
        expect((await channel.write(new Uint8Array(0))).ok).toBe(true);
        await clock.advance(1);
        expect(await channel.closed).toEqual({ why: 'lost', detail: 'ipp: no answer in time' });
        expect(clock.waiting).toBe(0);
      },
    ));

  it('closing ends the request and forgets what came; closing again changes nothing', () =>
    served(
      () => undefined,
      async ({ channel, heard, clock }) => {
        expect((await channel.write(request())).ok).toBe(true);
        await expect.poll(() => heard.length).toBe(1);
        const gone = new Promise((resolve) => heard[0]?.request.socket.once('close', resolve));
        await channel.close();
        await channel.close();
        await gone;
        expect(await channel.closed).toEqual({ why: 'closed' });
        expect((await channel.write(request())).ok).toBe(false);
        expect(clock.waiting).toBe(0);
      },
    ));
});

describe('opening', () => {
  it('nobody there: offline, and what to look at', async () => {
    let port = 0;
    await served(ipp, async (served) => {
      ({ port } = served);
    });
    const opened = await openIpp({ host: '127.0.0.1', port, path: '/' }, { clock: new ManualClock() })(3_000);
    expect(opened).toMatchObject({ ok: false, error: { code: 'offline', action: 'reset' } });
    expect(opened.ok ? '' : opened.error.message).toBe(
      `ipp: 127.0.0.1:${port} ECONNREFUSED; check that the print server runs there`,
    );
  });

  it('a server that ends between two requests loses the channel at the next', () =>
    served(
      (response) => response.socket?.destroy(),
      async ({ channel }) => {
        expect(await asked(channel, request())).toEqual([]);
        expect(await channel.closed).toMatchObject({ why: 'lost' });
      },
    ));
});
