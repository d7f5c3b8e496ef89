import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const BINDING = new URL('node-hid-binding.ts', import.meta.url).href;
const CHANNEL = new URL('../hid-channel.ts', import.meta.url).href;
const CLOCK = new URL('../../host/system-clock.ts', import.meta.url).href;

/** In a process of its own, as in the product: the library is native. @returns what it printed */
async function inOwnProcess(script: string): Promise<unknown> {
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script]);
  return JSON.parse(stdout);
}

const opening = (address: object): string => `
  import { openHid } from '${CHANNEL}';
  import { systemClock as clock } from '${CLOCK}';
  const opened = await openHid(${JSON.stringify(address)}, { clock })(5_000);
  console.log(JSON.stringify(opened));`;

it('the real library lists what is plugged into this machine, one row per node', async () => {
  const listed = (await inOwnProcess(`
    import { loadNodeHid } from '${BINDING}';
    console.log(JSON.stringify(await (await loadNodeHid()).list()));`)) as readonly { path: string }[];
  expect(Array.isArray(listed)).toBe(true);
  expect(new Set(listed.map(({ path }) => path)).size).toBe(listed.length);
});

it.each([
  ['a path that is missing', { path: '/dev/hidraw9999' }, 'offline', 'lsusb'],
  // Opened in earnest: the library's own words are what is read here.
  ['a device that is no HID device', { path: '/dev/zero' }, 'configuration', '/dev/zero is no HID device'],
  ['ids that nobody has', { vendorId: 0xffff, productId: 0xfffe }, 'offline', 'no device ffff:fffe'],
])('%s is a fault with what to do', async (_, address, code, says) => {
  expect(await inOwnProcess(opening(address))).toMatchObject({
    ok: false,
    error: { code, message: expect.stringContaining(says) as string },
  });
});

it('the real library’s words for a missing node are those that are looked for', async () => {
  const words = (await inOwnProcess(`
    import { loadNodeHid } from '${BINDING}';
    const hid = await loadNodeHid();
    console.log(JSON.stringify(await hid.open('/dev/hidraw9999').then(() => 'open', (error) => error.message)));`)) as string;
  expect(words).toMatch(/cannot open device with path \/dev\/hidraw9999: .*No such file or directory/);
});
