import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../limits.table.ts';
import { IpcStream } from './ipc-stream.ts';

function pair() {
  const there = new PassThrough();
  const back = new PassThrough();
  const got: unknown[] = [];
  const a = new IpcStream(back, there, () => undefined);
  const b = new IpcStream(there, back, (body) => got.push(body));
  return { a, b, there, got };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('framed messages between processes', () => {
  it('arrive whole and in order', async () => {
    const { a, got } = pair();
    a.send({ n: 1, text: '李娜' });
    a.send({ n: 2, text: 'x'.repeat(200_000) });
    await turn();
    expect(got).toEqual([
      { n: 1, text: '李娜' },
      { n: 2, text: 'x'.repeat(200_000) },
    ]);
  });

  it('the sent bytes are overwritten when they have been handed over', async () => {
    const handed: Buffer[] = [];
    let copied = '';
    const sink = new Writable({
      write(chunk: Buffer, _, done) {
        handed.push(chunk);
        copied += chunk.toString();
        done();
      },
    });
    const stream = new IpcStream(new PassThrough(), sink, () => undefined);
    stream.send({ documentNumber: 'C12345678' });
    await turn();
    expect(copied).toContain('C12345678');
    expect(handed.every((chunk) => chunk.every((byte) => byte === 0))).toBe(true);
  });

  it.each([
    ['a length beyond the bound', Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0])],
    ['lengths that disagree', Buffer.from([0, 0, 0, 4, 0, 0, 0, 9])],
    ['what is not JSON', Buffer.from([0, 0, 0, 5, 0, 0, 0, 1, 0x7b])],
    ['what is not UTF-8', Buffer.from([0, 0, 0, 6, 0, 0, 0, 2, 0xc3, 0x28])],
  ])('%s ends the stream', async (_, bytes) => {
    const { b, there, got } = pair();
    there.write(bytes);
    expect(await b.closed).toMatch(/^IPC_/);
    expect(b.send({})).toBe(false);
    expect(got).toEqual([]);
  });

  it('a message over the bound, or a peer that reads nothing, ends it instead of growing', async () => {
    const { a } = pair();
    expect(a.send({ text: 'x'.repeat(LIMITS.ipcFrameBytes) })).toBe(false);
    expect(await a.closed).toBe('too much to send');

    const stuck = new Writable({ write: () => undefined });
    const stream = new IpcStream(new PassThrough(), stuck, () => undefined);
    let sent = 0;
    while (stream.send({ text: 'x'.repeat(100_000) })) sent += 100_000;
    expect(sent).toBeLessThanOrEqual(LIMITS.rpcBacklogBytes);
    expect(await stream.closed).toBe('too much to send');
  });

  it('closing sends what was given before, and is told once', async () => {
    const { a, b, got } = pair();
    a.send({ last: true });
    a.close();
    a.close();
    expect(await a.closed).toBe('closed');
    expect(await b.closed).toBe('closed by the other end');
    expect(got).toEqual([{ last: true }]);
  });
});
