import { connect } from 'node:net';

/** Where pcscd listens; the variable is its library's own. */
function socketPath(): string {
  return process.env['PCSCLITE_CSOCK_NAME'] || '/run/pcscd/pcscd.comm';
}

/** Whether somebody listens where pcscd should: looked at first, so that a machine without one does not start a process
 *  every two seconds for the whole night. With socket activation a daemon that sleeps is there too. */
export function isDaemonThere(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath());
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    // Any other trouble (rights, a full queue) is that of a daemon that is there.
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code !== 'ENOENT' && code !== 'ECONNREFUSED'));
  });
}
