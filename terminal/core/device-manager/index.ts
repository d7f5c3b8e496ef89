export type { ConnectDeviceHost, DeviceHostPort } from './device-host-port.ts';
export {
  createDeviceManager,
  type DeviceManager,
  type DeviceManagerOptions,
  type StatusChange,
} from './device-manager.ts';
