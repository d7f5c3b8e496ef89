import { Buffer } from 'node:buffer';
import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { ipcFault } from './ipc-fault.ts';
import { IPC_LIMITS } from './limits.table.ts';

/** Whether a socket can live at `socketPath`.
 *  @fault configuration the path is longer than 107 bytes (unix(7), `sun_path`), empty, or holds a zero byte; the
 *  message names the path's length and how much is allowed. */
export function checkSocketPath(socketPath: string): Result<string, Fault> {
  const bytes = Buffer.byteLength(socketPath);
  if (bytes === 0 || socketPath.includes('\0')) {
    return err(ipcFault('configuration', 'the path of a local socket is empty or holds a zero byte', 'configuration'));
  }
  if (bytes > IPC_LIMITS.socketPathBytes) {
    const why = `the path of a local socket may have ${IPC_LIMITS.socketPathBytes} bytes, this one has ${bytes}: choose a shorter folder`;
    return err(ipcFault('configuration', why, 'configuration'));
  }
  return ok(socketPath);
}
