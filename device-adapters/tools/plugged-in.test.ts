import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '@yimen/contracts/testing';
import { expect, it } from 'vitest';
import { parseWhere } from '../registry/discover.ts';
import { listPluggedIn, serialPorts } from './plugged-in.ts';

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
