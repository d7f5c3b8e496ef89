import { concatBytes, toHex } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { ManualClock } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import { decodeHidIdentityPart, encodeHidOrder, HID_ORDER } from '../framing/hid-message.ts';
import type { ByteChannel } from './byte-channel.ts';
import { openHid, type HidOptions } from './hid-channel.ts';
import type { HidAddress } from './hid/hid-address.ts';
import { FakeHid, FakeNodes, listedHid, turns } from './hid/testing/fake-hid.ts';

const IDS: HidAddress = { vendorId: 0x0c2e, productId: 0x0b61 };
const GONE = 'could not read data from device: hid_read_timeout: unexpected poll error (device disconnected)';
let devices = 0;

interface Rig {
  readonly hid: FakeHid;
  readonly nodes: FakeNodes;
  readonly clock: ManualClock;
  open(address?: HidAddress, more?: Partial<HidOptions>): Promise<ByteChannel>;
  refused(address?: HidAddress): Promise<Fault>;
}

function rig(): Rig {
  const [hid, nodes, clock] = [new FakeHid(), new FakeNodes((devices += 1)), new ManualClock()];
  const opener = (address: HidAddress, more: Partial<HidOptions> = {}) =>
    openHid(address, { clock, load: async () => hid, nodes, ...more })(1_000);
  return {
    hid,
    nodes,
    clock,
    open: async (address = IDS, more = {}) => {
      const opened = await opener(address, more);
      if (!opened.ok) throw new Error(opened.error.message);
      return opened.value;
    },
    refused: async (address = IDS) => {
      const opened = await opener(address);
      if (opened.ok) throw new Error('it opened');
      return opened.error;
    },
  };
}

async function readAll(channel: ByteChannel): Promise<Uint8Array[]> {
  const got: Uint8Array[] = [];
  for await (const chunk of channel.chunks) got.push(chunk);
  return got;
}

describe('HID channel', () => {
  it('gives whole reports of 64 bytes, sends output and feature reports as they are, and leaves no timer behind', async () => {
    const { hid, clock, open } = rig();
    const channel = await open();
    const reading = readAll(channel);
    await hid.says(2, 1, 0x5d, 0x51, 0x31, 0x41);
    await hid.says();
    expect(await channel.write(encodeHidOrder(HID_ORDER.output, Uint8Array.of(4, 1)))).toMatchObject({ ok: true });
    expect(await channel.write(encodeHidOrder(HID_ORDER.feature, Uint8Array.of(9, 7)))).toMatchObject({ ok: true });
    expect(hid.written).toEqual(['output 0401', 'feature 0907']);
    await turns();
    await channel.close();
    expect(await channel.closed).toEqual({ why: 'closed' });
    const reports = await reading;
    expect(reports.map((report) => toHex(report))).toEqual([`02015d513141${'00'.repeat(58)}`]);
    expect(clock.waiting).toBe(0);
  });

  it('reports without a number or longer than a message are not passed on: they could pose as the carrier', async () => {
    const { hid, open } = rig();
    const channel = await open();
    await hid.says(0, 5, 0, 1, 1, 0x41);
    await hid.says(...new Uint8Array(65).fill(2));
    await hid.says(2, 0);
    await hid.fails(GONE);
    expect(await readAll(channel)).toHaveLength(1);
  });

  it('says who the device is when it is asked and still there', async () => {
    const { hid, nodes, open } = rig();
    hid.devices = [listedHid({ product: 'Scanner;\u0007 1900' })];
    const channel = await open();
    expect(await channel.write(encodeHidOrder(HID_ORDER.askIdentity))).toMatchObject({ ok: true });
    nodes.node = undefined;
    expect(await channel.write(encodeHidOrder(HID_ORDER.askIdentity))).toMatchObject({
      ok: false,
      error: { code: 'offline', message: 'hid: /dev/hidraw3 is gone' },
    });
    const answer = await readAll(channel);
    const parts = answer.flatMap((chunk) =>
      Array.from({ length: chunk.length / 64 }, (_, at) => decodeHidIdentityPart(chunk.slice(at * 64, at * 64 + 64))),
    );
    const text = new TextDecoder().decode(concatBytes(...parts.map((part) => part?.text ?? new Uint8Array(0))));
    expect(text).toBe('0c2e:0b61;008c:0002;0110;Example;Scanner   1900;SN-1');
    expect(await channel.closed).toEqual({ why: 'lost', detail: 'hid: /dev/hidraw3 is gone' });
  });

  it('takes whole orders only, several in one write too', async () => {
    const { hid, open } = rig();
    const channel = await open();
    const order = encodeHidOrder(HID_ORDER.output, Uint8Array.of(4, 1));
    for (const wrong of [order.slice(1), concatBytes(order, order.slice(0, 9)), order.with(1, 9), Uint8Array.of(4, 1)])
      expect(await channel.write(wrong)).toMatchObject({ ok: false, error: { code: 'softwareError' } });
    hid.written.length = 0;
    expect(await channel.write(concatBytes(order, order))).toMatchObject({ ok: true });
    expect(hid.written).toEqual(['output 0401', 'output 0401']);
    await channel.close();
  });

  it('sends what it was given, not what the caller made of its buffer since', async () => {
    const { hid, open } = rig();
    const channel = await open();
    const order = encodeHidOrder(HID_ORDER.output, Uint8Array.of(4, 1));
    const writing = channel.write(order);
    order.fill(0);
    expect(await writing).toMatchObject({ ok: true });
    expect(hid.written).toEqual(['output 0401']);
    await channel.close();
  });
});

describe('the end of a HID channel', () => {
  it('close is idempotent, gives the device back once (the library rejects a second time) and settles once', async () => {
    const { hid, open } = rig();
    const channel = await open();
    await Promise.all([channel.close(), channel.close()]);
    await channel.close();
    expect(await channel.closed).toEqual({ why: 'closed' });
    expect(hid.closes).toBe(1);
    expect(await channel.write(encodeHidOrder(HID_ORDER.askIdentity))).toMatchObject({ error: { code: 'offline' } });
  });

  it('a read that fails with bare words is a loss, with what had come before still to be read', async () => {
    const { hid, clock, open } = rig();
    const channel = await open();
    await hid.says(2, 0);
    await hid.fails(GONE);
    expect(await channel.closed).toMatchObject({
      why: 'lost',
      detail: expect.stringContaining('disconnected') as string,
    });
    expect(await readAll(channel)).toHaveLength(1);
    await channel.close();
    expect(await channel.closed).toMatchObject({ why: 'lost' });
    expect(hid.closes).toBe(1);
    expect(clock.waiting).toBe(0);
  });

  it.each(['gone', 'replaced'])('an unplug that no read tells of (%s) is noticed within half a second', async (how) => {
    const { nodes, clock, open } = rig();
    const channel = await open();
    let reason: unknown;
    void channel.closed.then((why) => (reason = why));
    await clock.advance(5_000);
    expect(reason).toBeUndefined();
    nodes.node = how === 'gone' || nodes.node === undefined ? undefined : { ...nodes.node, ino: 9 };
    await clock.advance(500);
    expect(reason).toMatchObject({ why: 'lost', detail: expect.stringContaining('/dev/hidraw3') as string });
  });

  it('a report that is not taken in time loses the line; those behind it never go out', async () => {
    const { hid, clock, open } = rig();
    hid.takes = undefined;
    const channel = await open(IDS, { writeMs: 100 });
    const order = encodeHidOrder(HID_ORDER.output, Uint8Array.of(4, 1));
    const writing = Promise.all([channel.write(order), channel.write(order)]);
    await clock.advance(100);
    expect((await writing).map((written) => written.ok)).toEqual([false, false]);
    expect(hid.written).toHaveLength(1);
    expect(await channel.closed).toMatchObject({ why: 'lost', detail: 'hid: report not taken in time' });
  });

  it('a report that the device refuses is a fault of the settings, and the line goes on', async () => {
    const { hid, nodes, open } = rig();
    hid.takes = () => Promise.reject(new Error('Cannot write to hid device: Broken pipe'));
    const channel = await open();
    const order = encodeHidOrder(HID_ORDER.output, Uint8Array.of(0x0a, 1));
    expect(await channel.write(order)).toMatchObject({
      ok: false,
      error: { code: 'configuration', message: expect.stringContaining('report 0A') as string },
    });
    hid.takes = async () => undefined;
    expect(await channel.write(order)).toMatchObject({ ok: true });
    hid.takes = () => Promise.reject(new Error('Cannot write to hid device: Broken pipe'));
    nodes.node = undefined;
    expect(await channel.write(order)).toMatchObject({ ok: false, error: { code: 'offline' } });
    expect(await channel.closed).toMatchObject({ why: 'lost' });
  });

  it('does not read on while nobody takes what is there, and a full queue does not keep it from closing', async () => {
    const { hid, open } = rig();
    const channel = await open(IDS, { queueBytes: 64 });
    await hid.says(2, 0);
    expect(hid.reads).toBe(1);
    const reading = readAll(channel);
    await turns();
    expect(hid.reads).toBe(2);
    await hid.says(2, 0);
    await turns();
    await channel.close();
    expect(await reading).toHaveLength(2);
  });

  it('gives up a device that the kernel does not let go of', async () => {
    const { hid, clock, open } = rig();
    const channel = await open();
    hid.close = () => new Promise(() => undefined);
    let isClosed = false;
    void channel.close().then(() => (isClosed = true));
    await clock.advance(999);
    expect(isClosed).toBe(false);
    await clock.advance(1);
    expect(isClosed).toBe(true);
  });
});

describe('opening a HID device', () => {
  it('one owner in this process, and the next one when it has let go', async () => {
    const { open, refused } = rig();
    const channel = await open();
    expect(await refused()).toMatchObject({ code: 'deviceBusy' });
    await channel.close();
    await (await open()).close();
  });

  it.each([
    ['before', [[77]], 0],
    ['while it was opened', [[], [77]], 1],
  ])('one that another process has open (%s) is refused, and what was opened is given back', async (_, held, opens) => {
    const { hid, nodes, open, refused } = rig();
    nodes.held.push(...held);
    expect(await refused()).toMatchObject({
      code: 'deviceBusy',
      message: expect.stringContaining('process 77') as string,
    });
    expect([hid.opened.length, hid.closes]).toEqual([opens, opens]);
    await (await open()).close();
  });

  it.each([
    ['No such file or directory', 'offline', 'lsusb'],
    ['Permission denied', 'configuration', 'ATTRS{idVendor}=="0c2e", ATTRS{idProduct}=="0b61", GROUP="dialout"'],
    ['Operation not permitted', 'configuration', 'udev rule'],
    ["ioctl(GRDESCSIZE) error for '/dev/null', not a HIDRAW device?: x", 'configuration', 'no HID device'],
    ['Device or resource busy', 'deviceBusy', 'in use'],
    ['something nobody foresaw', 'offline', 'something nobody foresaw'],
  ])('"%s" is %s with what to do', async (said, code, remedy) => {
    const { hid, refused } = rig();
    hid.refuses = new Error(`cannot open device with path /dev/hidraw3: ${said}`);
    const fault = await refused();
    expect(fault).toMatchObject({ code, message: expect.stringContaining(remedy) as string });
    expect(fault.message.length).toBeLessThan(200);
  });

  it('a name that leads nowhere, or to no device', async () => {
    const { hid, nodes, refused } = rig();
    const there = nodes.node;
    nodes.node = undefined;
    expect(await refused({ path: '/dev/hidraw9' })).toMatchObject({ code: 'offline' });
    nodes.node = there && { ...there, isDevice: false };
    expect(await refused({ path: '/dev/hidraw9' })).toMatchObject({ code: 'configuration' });
    expect(hid.opened).toEqual([]);
  });

  it('a name that a udev rule gave leads to the device that is listed', async () => {
    const { hid, open } = rig();
    const channel = await open({ path: '/dev/scanner' });
    expect(hid.opened).toEqual(['/dev/hidraw3']);
    await channel.close();
  });

  it('a library that does not load is a fault of the settings', async () => {
    const load = () => Promise.reject(new Error('libudev.so.1: cannot open shared object file'));
    const opened = await openHid(IDS, { clock: new ManualClock(), load })(1_000);
    expect(opened).toMatchObject({ ok: false, error: { code: 'configuration', action: 'configuration' } });
  });

  it('too slow is offline, and the device that came late is given back', async () => {
    const { hid, nodes, clock } = rig();
    const late = Promise.withResolvers<FakeHid>();
    const opening = openHid(IDS, { clock, load: () => late.promise, nodes })(500);
    await clock.advance(500);
    expect(await opening).toMatchObject({ ok: false, error: { code: 'offline' } });
    late.resolve(hid);
    await turns();
    expect(hid.closes).toBe(1);
  });
});
