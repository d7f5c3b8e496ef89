import { createServer, type Server } from 'node:net';
import { err, ok, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import type { ByteChannel } from './byte-channel.ts';
import { channelOfSocket } from './tcp-channel.ts';

export interface TcpListener {
  /** The port that was taken; differs from the one asked for when that was 0. */
  readonly port: number;
  /** Stops listening and closes every channel that it made. Idempotent. */
  close(): Promise<void>;
}

/** Listens on the loopback interface and hands over each accepted socket as a channel: the simulators' side.
 *  @param port 0 takes a free one.
 *  @fault deviceBusy the port is taken; configuration it may not be used. */
export function listenTcp(
  port: number,
  clock: Clock,
  onChannel: (channel: ByteChannel) => void,
): Promise<Result<TcpListener, Fault>> {
  return new Promise((resolve) => {
    const channels = new Set<ByteChannel>();
    const server = createServer((socket) => {
      const channel = channelOfSocket(socket, { clock });
      channels.add(channel);
      void channel.closed.then(() => channels.delete(channel));
      onChannel(channel);
    });
    server.once('error', (error) => resolve(err(listenFault(error, port))));
    server.listen({ host: '127.0.0.1', port }, () => {
      const address = server.address();
      const taken = typeof address === 'object' && address !== null ? address.port : port;
      resolve(ok({ port: taken, close: () => stop(server, channels) }));
    });
  });
}

async function stop(server: Server, channels: ReadonlySet<ByteChannel>): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  await Promise.all([...channels].map((channel) => channel.close()));
  await ended;
}

function listenFault(error: Error, port: number): Fault {
  const code = (error as NodeJS.ErrnoException).code ?? 'EUNKNOWN';
  const busy = code === 'EADDRINUSE';
  return {
    code: busy ? 'deviceBusy' : 'configuration',
    message: `cannot listen on 127.0.0.1:${port}: ${code}`,
    action: 'configuration',
  };
}
