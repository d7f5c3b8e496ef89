import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface MadeUpPlug {
  /** `1-3`, `1-3.2`. */
  readonly port: string;
  readonly vendorId: string;
  readonly productId: string;
  readonly serial?: string;
  readonly product?: string;
  readonly deviceClass?: string;
  readonly ttys?: readonly string[];
}

const CONTROLLER = 'devices/pci0000:00/0000:00:14.0/usb1';

/** A folder that looks as `/sys` and `/dev` do on a machine with one USB controller. */
export class MadeUpMachine {
  readonly root = mkdtempSync(join(tmpdir(), 'yimen-machine-'));

  constructor() {
    mkdirSync(join(this.root, 'sys/bus/usb/devices'), { recursive: true });
    mkdirSync(join(this.root, 'dev'));
    this.#write(`${CONTROLLER}/idVendor`, '1d6b');
    this.#write(`${CONTROLLER}/idProduct`, '0002');
    this.#link('usb1', CONTROLLER);
  }

  /** Where the kernel would say it hangs. */
  portPath(port: string): string {
    const [bus, ways = ''] = port.split('-');
    const parts = ways.split('.');
    const names = parts.map((_, i) => `${bus}-${parts.slice(0, i + 1).join('.')}`);
    return `/${CONTROLLER}/${names.join('/')}`;
  }

  plugIn(plug: MadeUpPlug): void {
    const folder = this.portPath(plug.port).slice(1);
    const texts = { idVendor: plug.vendorId, idProduct: plug.productId, bDeviceClass: plug.deviceClass ?? '00' };
    for (const [name, text] of Object.entries({ ...texts, serial: plug.serial, product: plug.product }))
      if (text !== undefined) this.#write(`${folder}/${name}`, text);
    this.#link(plug.port, folder);
    const first = `${folder}/${plug.port}:1.0`;
    this.#write(`${first}/bInterfaceClass`, 'ff');
    this.#link(`${plug.port}:1.0`, first);
    for (const tty of plug.ttys ?? []) {
      const place = tty.startsWith('ttyACM') ? `${first}/tty/${tty}` : `${first}/${tty}`;
      this.#write(`${place}/dev`, '188:0');
    }
  }

  pullOut(port: string): void {
    rmSync(join(this.root, 'sys/bus/usb/devices', port), { force: true });
    rmSync(join(this.root, 'sys/bus/usb/devices', `${port}:1.0`), { force: true });
    rmSync(join(this.root, 'sys', this.portPath(port)), { recursive: true, force: true });
  }

  /** Makes `/dev/NAME` lead to a real terminal device. */
  tty(name: string, path: string): void {
    rmSync(join(this.root, 'dev', name), { force: true });
    symlinkSync(path, join(this.root, 'dev', name));
  }

  close(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  #write(path: string, text: string): void {
    const file = join(this.root, 'sys', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${text}\n`);
  }

  #link(name: string, folder: string): void {
    symlinkSync(join('../../..', folder), join(this.root, 'sys/bus/usb/devices', name));
  }
}
