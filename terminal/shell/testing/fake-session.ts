import { EventEmitter } from 'node:events';
import type { PermissionCheck, PermissionTry, RequestTry, SessionPort } from '../electron-ports.ts';
import { FakeEvent } from './fake-contents.ts';

type Handlers = {
  [
    Name in
      | 'setPermissionRequestHandler'
      | 'setPermissionCheckHandler'
      | 'setDevicePermissionHandler'
      | 'setBluetoothPairingHandler'
      | 'setCertificateVerifyProc'
  ]?: Parameters<SessionPort[Name]>[0];
};
type RequestListener = Parameters<SessionPort['webRequest']['onBeforeRequest']>[0];

/** A partition. Without a handler everything is granted and fetched, as in Electron. */
export class FakeSession extends EventEmitter implements SessionPort {
  readonly partition: string;
  /** What was called to wipe it, in order. */
  readonly wiped: string[] = [];
  /** How long wiping takes: until the test resolves it. */
  isWiping: Promise<void> = Promise.resolve();
  proxy: string | null = null;
  readonly #handlers: Handlers = {};
  #requests: RequestListener | null = null;
  readonly webRequest = {
    onBeforeRequest: (listener: RequestListener): void => {
      this.#requests = listener;
    },
  };

  constructor(partition: string) {
    super();
    this.partition = partition;
  }

  setPermissionRequestHandler(handler: Parameters<SessionPort['setPermissionRequestHandler']>[0]): void {
    this.#handlers.setPermissionRequestHandler = handler;
  }

  setPermissionCheckHandler(handler: Parameters<SessionPort['setPermissionCheckHandler']>[0]): void {
    this.#handlers.setPermissionCheckHandler = handler;
  }

  setDevicePermissionHandler(handler: Parameters<SessionPort['setDevicePermissionHandler']>[0]): void {
    this.#handlers.setDevicePermissionHandler = handler;
  }

  setBluetoothPairingHandler(handler: Parameters<SessionPort['setBluetoothPairingHandler']>[0]): void {
    this.#handlers.setBluetoothPairingHandler = handler;
  }

  setCertificateVerifyProc(proc: Parameters<SessionPort['setCertificateVerifyProc']>[0]): void {
    this.#handlers.setCertificateVerifyProc = proc;
  }

  setProxy(config: { mode: 'direct' }): Promise<void> {
    this.proxy = config.mode;
    return Promise.resolve();
  }

  closeAllConnections(): Promise<void> {
    this.wiped.push('connections');
    return Promise.resolve();
  }

  clearAuthCache(): Promise<void> {
    this.wiped.push('sign-ins');
    return Promise.resolve();
  }

  async clearData(): Promise<void> {
    await this.isWiping;
    this.wiped.push('data');
  }

  request(wish: RequestTry): boolean {
    let cancel = false;
    this.#requests?.(wish, (response) => {
      ({ cancel } = response);
    });
    return !cancel;
  }

  askPermission(permission: string, wish: PermissionTry): boolean {
    let isGranted = true;
    this.#handlers.setPermissionRequestHandler?.(
      null,
      permission,
      (answer) => {
        isGranted = answer;
      },
      wish,
    );
    return isGranted;
  }

  checkPermission(permission: string, origin: string, wish: PermissionCheck): boolean {
    return this.#handlers.setPermissionCheckHandler?.(null, permission, origin, wish) ?? true;
  }

  useDevice(deviceType: string): boolean {
    return this.#handlers.setDevicePermissionHandler?.({ deviceType }) ?? true;
  }

  pair(): boolean {
    let isConfirmed = true;
    this.#handlers.setBluetoothPairingHandler?.({}, ({ confirmed }) => {
      isConfirmed = confirmed;
    });
    return isConfirmed;
  }

  /** -3: as Chromium itself would decide, which may be to trust; -2: refused. */
  verifyCertificate(): boolean {
    let result = -3;
    this.#handlers.setCertificateVerifyProc?.({}, (answer) => {
      result = answer;
    });
    return result !== -2;
  }

  download(): boolean {
    const event = new FakeEvent();
    this.emit('will-download', event);
    return !event.defaultPrevented;
  }
}
