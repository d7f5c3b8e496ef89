import { ManualClock } from '@yimen/contracts/testing';
import { expect, it } from 'vitest';
import { canceledFault } from '../../driver-kit/device-faults.ts';
import type { HidposScan } from '../../framing/hidpos-report.ts';
import { ScanDesk } from './scan-desk.ts';

const scan = (text: string, isMore = false): HidposScan => ({
  kind: 'scan',
  aim: Uint8Array.of(0x5d, 0x51, 0x31),
  data: new TextEncoder().encode(text),
  symbology: 0,
  isMore,
});

function desk(): { one: ScanDesk; clock: ManualClock; reads: () => number } {
  const clock = new ManualClock();
  let reads = 0;
  const one = new ScanDesk({ clock, log: { debug: () => undefined }, onRead: () => (reads += 1) });
  return { one, clock, reads: () => reads };
}

it('overwrites every report, whether it is someone’s or nobody’s', () => {
  const { one } = desk();
  const reports = [scan('closed'), scan('open', true), scan('open'), scan('closed again')];
  const [before, ...rest] = reports;
  if (before !== undefined) one.push(before);
  one.open(0);
  rest.slice(0, 2).forEach((report) => one.push(report));
  one.close(canceledFault());
  rest.slice(2).forEach((report) => one.push(report));
  for (const report of reports) expect(report.data.every((byte) => byte === 0)).toBe(true);
});

it('tells that a reading is over, also of a code that nobody gets, but not while it is closed', () => {
  const { one, reads } = desk();
  one.push(scan('closed'));
  expect(reads()).toBe(0);
  one.open(5_000);
  one.push(scan('begun', true));
  expect(reads()).toBe(0);
  one.push(scan('ended'));
  one.push(scan(''));
  expect(reads()).toBe(2);
});

it('a code that began in another step, or between steps, is never given to the next', async () => {
  for (const began of ['in another step', 'between steps'] as const) {
    const { one, clock } = desk();
    if (began === 'in another step') one.open(0);
    one.push(scan('former', true));
    if (began === 'in another step') one.close(canceledFault());
    one.open(0);
    one.push(scan(' citizen'));
    one.push(scan('next'));
    const code = await one.next(clock.monoMs(), new AbortController().signal);
    expect(code, began).toMatchObject({ ok: true, value: { text: 'next' } });
  }
});

it('after a pause what is under way is no longer', async () => {
  const { one, clock } = desk();
  one.push(scan('former', true));
  one.open(0);
  await clock.advance(500);
  one.push(scan('next'));
  expect(await one.next(clock.monoMs(), new AbortController().signal)).toMatchObject({ value: { text: 'next' } });
  expect(clock.waiting).toBe(0);
});
