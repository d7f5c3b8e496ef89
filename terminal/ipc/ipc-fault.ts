import type { Action, Fault } from '@yimen/contracts/device';

/** A fault of a local socket. `action` says who must act (devices' words): most are ours, `softwareError`.
 *  The message is cut to the 200 characters that the fault schema allows. */
export function ipcFault(code: string, message: string, action: Action = 'softwareError'): Fault {
  return { code, message: message.slice(0, 200), action };
}

/** The text of something thrown by Node. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Node's error code (`ENOENT`, `ENOSPC`), or an empty text. */
export function errnoOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
}
