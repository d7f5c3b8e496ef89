import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MadeUpVideo } from './testing/made-up-video.ts';
import { parseV4l2Address, type V4l2Address } from './v4l2-address.ts';
import { findCamera, isStillThere, listCameras } from './v4l2-cameras.ts';
import { ownersOf } from './v4l2-owners.ts';

let machine: MadeUpVideo;
beforeEach(() => {
  machine = new MadeUpVideo();
});
afterEach(() => {
  machine.close();
});
const at = (text: string): V4l2Address => {
  const parsed = parseV4l2Address(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
};

describe('a WHERE', () => {
  it('is a node or a port', () => {
    expect(at('v4l2:/dev/video0')).toEqual({ by: 'node', path: '/dev/video0' });
    expect(at('v4l2:/dev/v4l/by-id/usb-046d_C270-index0')).toMatchObject({ by: 'node' });
    expect(at('v4l2:usb-1-3.2')).toEqual({ by: 'port', port: '1-3.2' });
  });

  it.each(['v4l2:', 'v4l2:video0', 'v4l2:/etc/passwd', 'v4l2:/dev/../etc', 'v4l2:usb-1', 'v4l2:/dev/v 0', 'usb-1-3'])(
    '"%s" is none',
    (text) => {
      expect(parseV4l2Address(text)).toMatchObject({
        ok: false,
        error: expect.stringContaining('v4l2:/dev/NODE') as string,
      });
    },
  );
});

describe('cameras of a machine', () => {
  it('are told with ids, serial number, firmware, port and driver, in the order of their numbers', async () => {
    machine.plugIn('video10', { name: 'vivid', driver: 'vivid' });
    machine.plugIn('video2', { port: '1-3.2', serial: 'A7F3', bcd: '0110' });
    const none = { vendorId: '', productId: '', serial: '', firmware: '', port: '' };
    expect(await listCameras(machine.root)).toMatchObject([
      {
        node: '/dev/video2',
        name: 'Webcam C270',
        driver: 'uvcvideo',
        vendorId: '046d',
        productId: '0825',
        serial: 'A7F3',
        firmware: '1.10',
        port: '1-3.2',
      },
      { node: '/dev/video10', name: 'vivid', driver: 'vivid', ...none },
    ]);
  });

  it('are not metadata nodes, nor nodes that the kernel has and /dev does not', async () => {
    machine.plugIn('video0', { port: '1-3' });
    machine.plugIn('video1', { port: '1-3', index: 1 });
    machine.plugIn('video4', { port: '1-4' });
    rmSync(join(machine.root, 'dev/video4'));
    expect((await listCameras(machine.root)).map(({ node }) => node)).toEqual(['/dev/video0']);
  });

  it('are none where there is nothing', async () => {
    expect(await listCameras(join(machine.root, 'nowhere'))).toEqual([]);
  });

  it('write nothing but plain text into their names', async () => {
    machine.plugIn('video0', { port: '1-3', name: `\u001b[2Jcam\u0007${'x'.repeat(200)}` });
    expect((await listCameras(machine.root))[0]?.name).toMatch(/^\[2Jcamx{54}$/);
  });
});

describe('the one that is meant', () => {
  it('is found by node, by a name that leads to it, and by port whatever its number', async () => {
    machine.plugIn('video0', { port: '1-4' });
    machine.plugIn('video2', { port: '1-3' });
    machine.link('dev/v4l/by-id/usb-c270', '../../video2');
    for (const where of ['v4l2:/dev/video2', 'v4l2:/dev/v4l/by-id/usb-c270', 'v4l2:usb-1-3'])
      expect(await findCamera(at(where), machine.root), where).toMatchObject({
        ok: true,
        value: { node: '/dev/video2' },
      });
  });

  it('absent, or two at one port: said so', async () => {
    expect(await findCamera(at('v4l2:usb-1-3'), machine.root)).toMatchObject({
      error: { why: 'absent', says: 'no camera at USB port 1-3' },
    });
    machine.plugIn('video0', { port: '1-3' });
    machine.plugIn('video2', { port: '1-3' });
    expect(await findCamera(at('v4l2:usb-1-3'), machine.root)).toMatchObject({
      error: { why: 'ambiguous', says: expect.stringContaining('/dev/video0, /dev/video2') as string },
    });
    expect(await findCamera(at('v4l2:usb-1-33'), machine.root)).toMatchObject({ error: { why: 'absent' } });
  });

  it('is not still there when it was pulled out, or another hangs in its place', async () => {
    machine.plugIn('video0', { port: '1-3' });
    const found = await findCamera(at('v4l2:/dev/video0'), machine.root);
    if (!found.ok) throw new Error(found.error.says);
    expect(await isStillThere(found.value, machine.root)).toBe(true);
    machine.pullOut('video0', '1-3');
    expect(await isStillThere(found.value, machine.root)).toBe(false);
    machine.plugIn('video0', { port: '1-4' });
    expect(await isStillThere(found.value, machine.root)).toBe(false);
  });
});

describe('who has it open', () => {
  it('is told with number and name; other nodes and other files do not count', async () => {
    machine.process(1, 'init', '/dev/null');
    machine.process(812, 'chromium', '/dev/null', '/dev/video0');
    machine.process(813, 'recorder', '/dev/video01', '/dev/video1');
    machine.process(814, 'cheese\u0007', 'socket:[1]', '/dev/video0');
    expect(await ownersOf('/dev/video0', machine.root)).toEqual({
      owners: [
        { pid: 812, name: 'chromium' },
        { pid: 814, name: 'cheese' },
      ],
      isPartial: false,
    });
  });

  it('nobody, also where there are no processes to see; a process that ends meanwhile has nothing', async () => {
    expect(await ownersOf('/dev/video0', machine.root)).toEqual({ owners: [], isPartial: false });
    machine.process(5, 'gone');
    rmSync(join(machine.root, 'proc/5/fd'), { recursive: true });
    expect(await ownersOf('/dev/video0', machine.root)).toEqual({ owners: [], isPartial: false });
  });

  it.each(['EACCES', 'EPERM'])('is only what this user may see, and says so: %s', async (code) => {
    const closed = (): never => {
      throw Object.assign(new Error(code), { code });
    };
    expect(await ownersOf('/no/node', '/', closed)).toEqual({ owners: [], isPartial: true });
  });

  it('a process that has ended meanwhile is nobody who is hidden', async () => {
    const gone = (): never => {
      throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
    };
    expect(await ownersOf('/no/node', '/', gone)).toEqual({ owners: [], isPartial: false });
  });
});
