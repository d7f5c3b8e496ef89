import { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import {
  encodeIpcFrame,
  err,
  IpcFrameReader,
  ok,
  type Clock,
  type Result,
  type TextCodec,
} from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { ipcFault } from './ipc-fault.ts';
import { IPC_LIMITS } from './limits.table.ts';

const strict = new TextDecoder('utf-8', { fatal: true });
const codec: TextCodec = { encode: (text) => Buffer.from(text, 'utf8'), decode: (bytes) => strict.decode(bytes) };

/** One connected local socket that carries JSON messages (frames of `contracts/base/ipc-frame`). It closes itself on a
 *  damaged or oversize frame and when the other end stops reading; `closed` then says why. */
export interface FrameSocket {
  /** Sends one message whole. @fault offline after the end; IPC_OVERSIZE above the frame or backlog bound */
  send(body: unknown): Result<void, Fault>;
  /** Ends after what was sent is out, at the latest after `flushMs`. Calling it again does nothing. */
  close(why: string): void;
  /** Resolves once with the reason; never rejects. */
  readonly closed: Promise<string>;
}

/** Wraps a connected socket; `onMessage` gets each message's body in order. */
export function frameSocket(socket: Socket, clock: Clock, onMessage: (body: unknown) => void): FrameSocket {
  const reader = new IpcFrameReader(IPC_LIMITS.frameBytes, codec);
  let over = false;
  let reason = 'the other end closed the connection';
  const closed = new Promise<string>((resolve) => {
    socket.once('close', () => {
      over = true;
      resolve(reason);
    });
  });
  const close = (why: string): void => {
    if (over) return;
    over = true;
    reason = why;
    const cancel = clock.after(IPC_LIMITS.flushMs, () => socket.destroy());
    socket.once('close', cancel);
    socket.destroySoon();
  };
  socket.on('error', (error) => {
    // 'close' always follows 'error'; the reason is kept for it.
    if (!over) reason = error.message;
  });
  socket.on('data', (chunk: Buffer) => {
    if (over) return;
    const read = reader.push(chunk);
    if (!read.ok) {
      close(`${read.error.message} [${read.error.code}]`);
      return;
    }
    // A message may make its receiver close the connection: those behind it are then not delivered.
    for (const message of read.value) if (!over) onMessage(message.body);
  });
  const send = (body: unknown): Result<void, Fault> => {
    if (over) return err(ipcFault('offline', 'the connection is closed', 'reset'));
    const frame = encodeIpcFrame({ body }, codec);
    if (frame.length > IPC_LIMITS.frameBytes)
      return err(ipcFault('IPC_OVERSIZE', `a message of ${frame.length} bytes`));
    if (socket.writableLength + frame.length > IPC_LIMITS.backlogBytes) {
      close('the other end does not read');
      return err(ipcFault('IPC_OVERSIZE', 'the other end does not read'));
    }
    socket.write(frame);
    return ok(undefined);
  };
  return { send, close, closed };
}
