import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { systemClock } from '../host/system-clock.ts';
import { takenApart, type HeardFrame } from './ref1-device/bare-host.ts';
import { packFields, type DeviceField } from './ref1-device/fields.ts';
import { deviceFrame, FrameEar } from './ref1-device/frame.ts';

/** A bare host on a real socket: for tests that look at the bench from outside. */
export interface SocketHost {
  /** Says a command of the reference protocol and waits for its answers: accepted and completed, or `count` of them. */
  say(command: number, fields: readonly DeviceField[], count?: number): Promise<readonly HeardFrame[]>;
  write(bytes: Uint8Array): Promise<void>;
  /** Looks again and again, without waiting in between, until it is so. */
  until(isSo: () => Promise<boolean>): Promise<void>;
  close(): void;
}

export async function connectTo(port: number): Promise<SocketHost> {
  const socket: Socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const heard: HeardFrame[] = [];
  const ear = new FrameEar(systemClock, (frame) => heard.push(takenApart(frame)));
  socket.on('data', (chunk: Buffer) => ear.push(chunk));
  let seq = 0;
  const write = (bytes: Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      socket.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  return {
    write,
    async say(command, fields, count = 2) {
      seq += 1;
      const answers = (): HeardFrame[] => heard.filter((frame) => frame.seq === seq && frame.command !== 0xf0);
      await write(deviceFrame(seq, command, packFields(fields)));
      while (answers().length < count) await once(socket, 'data');
      return answers();
    },
    async until(isSo) {
      while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve));
    },
    close: () => void socket.destroy(),
  };
}
