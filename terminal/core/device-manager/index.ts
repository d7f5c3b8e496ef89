export { coreOperation, type CoreOperation } from './core-operation.ts';
export type { ConnectDeviceHost, DeviceHostPort } from './device-host-port.ts';
export type { DeviceManager, DeviceManagerOptions, StatusChange } from './device-manager.ts';
export { createDeviceManager } from './hosted-devices.ts';
