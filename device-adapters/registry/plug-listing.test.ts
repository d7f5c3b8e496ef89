import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listPlugs } from './plug-listing.ts';
import { MadeUpMachine } from './testing/made-up-machine.ts';

let machine: MadeUpMachine;
beforeEach(() => {
  machine = new MadeUpMachine();
});
afterEach(() => {
  machine.close();
});

describe('what is plugged in', () => {
  it('is told with ids, serial number, physical port and serial ports, in the order of the ports', async () => {
    machine.plugIn({ port: '1-10', vendorId: '10C4', productId: 'EA60', serial: '0001', ttys: ['ttyUSB1'] });
    machine.plugIn({ port: '1-2', vendorId: '0400', productId: 'c35a', product: 'SDT reader' });
    machine.plugIn({ port: '1-4.1', vendorId: '1a86', productId: '55d3', ttys: ['ttyACM0'] });
    expect(await listPlugs(machine.root)).toEqual([
      {
        vendorId: '0400',
        productId: 'c35a',
        serial: null,
        product: 'SDT reader',
        portPath: '/devices/pci0000:00/0000:00:14.0/usb1/1-2',
        ttys: [],
      },
      {
        vendorId: '1a86',
        productId: '55d3',
        serial: null,
        product: '',
        portPath: '/devices/pci0000:00/0000:00:14.0/usb1/1-4/1-4.1',
        ttys: [`${machine.root}/dev/ttyACM0`],
      },
      {
        vendorId: '10c4',
        productId: 'ea60',
        serial: '0001',
        product: '',
        portPath: '/devices/pci0000:00/0000:00:14.0/usb1/1-10',
        ttys: [`${machine.root}/dev/ttyUSB1`],
      },
    ]);
  });

  it('leaves controllers, hubs and interfaces out', async () => {
    machine.plugIn({ port: '1-4', vendorId: '05e3', productId: '0608', deviceClass: '09' });
    expect(await listPlugs(machine.root)).toEqual([]);
  });

  it('is nothing on a machine without USB, and one that vanishes meanwhile is left out', async () => {
    expect(await listPlugs('/no-such-root')).toEqual([]);
    machine.plugIn({ port: '1-2', vendorId: '0400', productId: 'c35a' });
    machine.plugIn({ port: '1-3', vendorId: '0400', productId: 'c35a' });
    const [listed] = await Promise.all([listPlugs(machine.root), Promise.resolve().then(() => machine.pullOut('1-3'))]);
    expect(listed.map((plug) => plug.portPath.slice(-3))).toEqual(['1-2']);
  });

  it('takes no control bytes or novels from a device, and no ids that are none', async () => {
    machine.plugIn({
      port: '1-2',
      vendorId: '0400',
      productId: 'c35a',
      serial: `a\u0007b\u001b[31m${'x'.repeat(500)}`,
      product: '身份证\nreader',
    });
    machine.plugIn({ port: '1-3', vendorId: 'zzzz', productId: 'c35a' });
    const [plug, ...more] = await listPlugs(machine.root);
    expect(more).toEqual([]);
    expect(plug?.serial).toMatch(/^ab\[31mx{54}$/u);
    expect(plug?.product).toBe('reader');
  });
});
