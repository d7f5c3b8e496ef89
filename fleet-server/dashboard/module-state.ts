import type { Module } from './api-client/api-types.ts';

/** Whether a device needs nobody: it works, or is about to. */
export function isWell(module: Pick<Module, 'state'>): boolean {
  return module.state === 'online' || module.state === 'deviceBusy' || module.state === 'starting';
}
