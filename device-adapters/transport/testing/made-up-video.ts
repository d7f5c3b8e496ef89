import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

export interface MadeUpCamera {
  /** The USB port, `1-3`, `1-3.2`; absent: a camera that is not on USB. */
  readonly port?: string;
  readonly name?: string;
  readonly serial?: string;
  readonly index?: number;
  readonly driver?: string;
  readonly bcd?: string;
}

const CONTROLLER = 'devices/pci0000:00/0000:00:14.0/usb1';

/** A folder that looks as `/sys`, `/proc` and `/dev` do on a machine with cameras. */
export class MadeUpVideo {
  readonly root = mkdtempSync(join(tmpdir(), 'yimen-video-'));

  constructor() {
    for (const folder of ['sys/class/video4linux', 'dev/v4l/by-id', 'proc']) this.#folder(folder);
    this.#write(`sys/${CONTROLLER}/idVendor`, '1d6b');
  }

  /** `video0` with its camera; a second node of the same port is the same camera's. */
  plugIn(node: string, camera: MadeUpCamera = {}): void {
    const folder = this.#deviceOf(camera.port);
    if (camera.port !== undefined) {
      const usb = dirname(folder);
      const texts = { idVendor: '046D', idProduct: '0825', bcdDevice: camera.bcd ?? '0012', serial: camera.serial };
      for (const [name, text] of Object.entries(texts)) if (text !== undefined) this.#write(`${usb}/${name}`, text);
    }
    this.#write(`${folder}/uevent`, `DEVTYPE=usb_interface\nDRIVER=${camera.driver ?? 'uvcvideo'}`);
    const video = `${folder}/video4linux/${node}`;
    this.#write(`${video}/name`, camera.name ?? 'Webcam C270');
    this.#write(`${video}/index`, String(camera.index ?? 0));
    this.link(`${video}/device`, '../..');
    this.link(`sys/class/video4linux/${node}`, relative('sys/class/video4linux', video));
    this.#write(`dev/${node}`, '');
  }

  pullOut(node: string, port?: string): void {
    for (const path of [`sys/class/video4linux/${node}`, `dev/${node}`, `${this.#deviceOf(port)}/video4linux/${node}`])
      rmSync(join(this.root, path), { recursive: true, force: true });
  }

  /** A process that has these files open. */
  process(pid: number, name: string, ...open: readonly string[]): void {
    this.#write(`proc/${pid}/comm`, name);
    this.#folder(`proc/${pid}/fd`);
    open.forEach((target, n) => this.link(`proc/${pid}/fd/${n}`, target));
  }

  processEnds(pid: number): void {
    rmSync(join(this.root, 'proc', String(pid)), { recursive: true });
  }

  link(path: string, target: string): void {
    rmSync(join(this.root, path), { force: true });
    symlinkSync(target, join(this.root, path));
  }

  close(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  #deviceOf(port: string | undefined): string {
    if (port === undefined) return 'sys/devices/platform/vivid.0';
    const [bus, ways = ''] = port.split('-');
    const names = ways.split('.').map((_, i, parts) => `${bus}-${parts.slice(0, i + 1).join('.')}`);
    return `sys/${CONTROLLER}/${names.join('/')}/${port}:1.0`;
  }

  #folder(path: string): void {
    mkdirSync(join(this.root, path), { recursive: true });
  }

  #write(path: string, text: string): void {
    this.#folder(dirname(path));
    writeFileSync(join(this.root, path), `${text}\n`);
  }
}
