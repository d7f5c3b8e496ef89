import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { expect, it } from 'vitest';
import { systemNodes } from './hid-node.ts';

it('finds the process that has a device open, and not this one', async () => {
  const node = await systemNodes.look('/dev/full');
  if (node === undefined) throw new Error('no /dev/full');
  expect(node.isDevice).toBe(true);
  const file = openSync('/dev/full', 'r');
  const child = spawn('sleep', ['60'], { stdio: [file, 'ignore', 'ignore'] });
  closeSync(file);
  try {
    await once(child, 'spawn');
    const holders = await systemNodes.holders(node);
    expect(holders).toContain(child.pid);
    expect(holders).not.toContain(process.pid);
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  expect(await systemNodes.holders(node)).not.toContain(child.pid);
});

it('a file is no device, and a missing name is nothing', async () => {
  expect(await systemNodes.look(import.meta.filename)).toMatchObject({ isDevice: false });
  expect(await systemNodes.look('/dev/hidraw9999')).toBeUndefined();
  expect(await systemNodes.real('/dev/hidraw9999')).toBe('/dev/hidraw9999');
});
