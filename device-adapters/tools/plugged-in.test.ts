import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import { parseWhere } from '../registry/discover.ts';
import { MadeUpVideo } from '../transport/testing/made-up-video.ts';
import { listedHid } from '../transport/hid/testing/fake-hid.ts';
import { cameras, hidDevices, listPluggedIn, serialPorts } from './plugged-in.ts';

it('serial ports are listed by both stable names, as they are written for --at', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'yimen-serial-'));
  try {
    expect(await serialPorts(dir)).toEqual([]);
    await mkdir(join(dir, 'by-path'));
    await symlink('/dev/null', join(dir, 'by-path', 'pci-0000:00:14.0-usb-0:3:1.0-port0'));
    await symlink('/dev/null', join(dir, 'by-path', 'pci-0000:00:14.0-usb-0:2:1.0-port0'));
    await mkdir(join(dir, 'by-id'));
    await symlink('/dev/null', join(dir, 'by-id', 'usb-FTDI_FT232R-if00-port0'));
    const found = await serialPorts(dir);
    expect(found.map(({ where }) => where)).toEqual([
      `serial:${dir}/by-path/pci-0000:00:14.0-usb-0:2:1.0-port0@BAUD`,
      `serial:${dir}/by-path/pci-0000:00:14.0-usb-0:3:1.0-port0@BAUD`,
      `serial:${dir}/by-id/usb-FTDI_FT232R-if00-port0@BAUD`,
    ]);
    for (const { where } of found) expect(parseWhere(where.replace('BAUD', '9600'))).toMatchObject({ ok: true });
  } finally {
    await rm(dir, { recursive: true });
  }
});

it('asks every carrier, with the same deadline, and keeps their order', async () => {
  const asked: number[] = [];
  const look = (where: string) => async (deadlineMs: number) => {
    asked.push(deadlineMs);
    return [{ where, says: 'x' }];
  };
  const found = await listPluggedIn(70, new ManualClock(), [look('a'), look('b'), async () => []]);
  expect(found.map(({ where }) => where)).toEqual(['a', 'b']);
  expect(asked).toEqual([70, 70]);
});

describe('HID devices', () => {
  const clock = new ManualClock();
  const listed = (...devices: readonly ReturnType<typeof listedHid>[]) =>
    hidDevices(100, clock, async () => ({
      list: async () => devices,
      open: () => Promise.reject(new Error('a list opens nothing')),
    }));

  it('scanners and known plugs are listed as they are written for --at; keyboards are not', async () => {
    const found = await listed(
      listedHid(),
      listedHid({ path: '/dev/hidraw0', vendorId: 0x046d, productId: 0xc31c, usages: [{ page: 1, usage: 6 }] }),
      listedHid({
        path: '/dev/hidraw1',
        vendorId: 0x0400,
        productId: 0xc35a,
        product: '',
        manufacturer: '',
        usages: [],
      }),
    );
    expect(found).toEqual([
      { where: 'hid:0c2e:0b61', says: 'barcode scanner (HID-POS): Example Scanner 1900' },
      { where: 'hid:0400:c35a', says: 'HID device' },
    ]);
    for (const { where } of found) expect(parseWhere(where)).toMatchObject({ ok: true });
  });

  it('equal ones by their serial number, or by their node when that does not tell them apart', async () => {
    const at = (path: string, serial: string) => listedHid({ path: `/dev/${path}`, serial });
    const found = await listed(at('hidraw3', 'A'), at('hidraw4', ''), at('hidraw5', ''), at('hidraw6', 'B C'));
    expect(found.map(({ where }) => where)).toEqual([
      'hid:0c2e:0b61#A',
      'hid:/dev/hidraw4',
      'hid:/dev/hidraw5',
      'hid:/dev/hidraw6',
    ]);
    for (const { where } of found) expect(parseWhere(where)).toMatchObject({ ok: true });
  });

  it('a library that does not load, or that hangs, lists nothing', async () => {
    expect(await hidDevices(100, clock, () => Promise.reject(new Error('libudev')))).toEqual([]);
    const hanging = hidDevices(100, clock, () => new Promise(() => undefined));
    await clock.advance(100);
    expect(await hanging).toEqual([]);
  });
});

it('cameras are listed by the port they hang on, or by their node, with whoever has them', async () => {
  const machine = new MadeUpVideo();
  try {
    expect(await cameras(machine.root)).toEqual([]);
    machine.plugIn('video0', { port: '1-3' });
    machine.plugIn('video2', { port: '1-4' });
    machine.plugIn('video4', { port: '1-4', name: 'Infrared' });
    machine.plugIn('video6', { name: 'vivid' });
    machine.process(812, 'chromium', '/dev/video0');
    const found = await cameras(machine.root);
    expect(found).toEqual([
      { where: 'v4l2:usb-1-3', says: 'camera "Webcam C270" 046d:0825, /dev/video0, in use by chromium' },
      { where: 'v4l2:/dev/video2', says: 'camera "Webcam C270" 046d:0825, /dev/video2' },
      { where: 'v4l2:/dev/video4', says: 'camera "Infrared" 046d:0825, /dev/video4' },
      { where: 'v4l2:/dev/video6', says: 'camera "vivid", /dev/video6' },
    ]);
    for (const { where } of found) expect(parseWhere(where)).toMatchObject({ ok: true });
  } finally {
    machine.close();
  }
});
