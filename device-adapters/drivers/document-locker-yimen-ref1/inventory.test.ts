import { describe, expect, it } from 'vitest';
import { numberField, ref1Value, type Ref1Field } from '../../driver-kit/ref1-fields.ts';
import { ref1Context, ScriptedRef1, type Heard } from '../../driver-kit/testing/scripted-ref1.ts';
import { runFor, runUntil } from '../../testing/run-until.ts';
import { createDocumentLocker } from './driver.ts';
import { DOCUMENT_LOCKER_LIMITS as LIMITS } from './limits.table.ts';

const { u16, text } = ref1Value;
type Place = readonly [place: number, serial: string];

function page(pages: number, unreadable: number, ...places: readonly Place[]): readonly Ref1Field[] {
  const list = places.map(([at, serial]): Ref1Field => [0x42, Uint8Array.of(...u16(at), ...text(serial))]);
  return [[0x41, u16(pages)], ...list, [0x43, u16(unreadable)]];
}
const FIRST = page(2, 1, [0, 'C12345678'], [1, ''], [2, 'C12345679']);
const LAST = page(2, 1, [3, 'H00000001']);
const SERIALS = ['C12345678', 'C12345679', 'H00000001'];

function bench() {
  const peer = new ScriptedRef1();
  peer.kind = 'document-locker';
  const context = ref1Context(peer);
  const driver = createDocumentLocker(context);
  const serve = (...pages: readonly (readonly Ref1Field[])[]): void => {
    peer.on.set(0x10, (heard) => peer.answer(heard, pages[numberField(heard.fields, 0x40) ?? 0] ?? []));
  };
  return {
    peer,
    clock: context.clock,
    serve,
    begin: (signal: AbortSignal, deadlineMs = 30_000) => driver.read('inventory', deadlineMs, {}, signal),
    read: (deadlineMs = 30_000) =>
      runUntil(context.clock, driver.read('inventory', deadlineMs, {}, new AbortController().signal)),
  };
}

/** Lets something happen once, between the first page and the second. */
function between(peer: ScriptedRef1, what: () => void): void {
  const answer = peer.on.get(0x10);
  let hasHappened = false;
  peer.on.set(0x10, (heard: Heard) => {
    answer?.(heard);
    if (hasHappened) return;
    hasHappened = true;
    what();
  });
}

describe('an inventory', () => {
  it('is all its pages, in order; what cannot be read is counted', async () => {
    const { read, serve, peer } = bench();
    serve(FIRST, LAST);
    expect(await read()).toEqual({ ok: true, value: { serials: SERIALS, unreadable: 1 } });
    expect(peer.times(0x10)).toBe(2);
  });

  it('of an empty locker is empty; the same serial number twice is told twice', async () => {
    const { read, serve } = bench();
    serve(page(1, 0));
    expect(await read()).toEqual({ ok: true, value: { serials: [], unreadable: 0 } });
    serve(page(1, 0, [5, 'C12345678'], [7, 'C12345678']));
    expect(await read()).toMatchObject({ ok: true, value: { serials: ['C12345678', 'C12345678'] } });
  });

  it('a serial number that nobody can ask for counts as unreadable', async () => {
    const { read, serve } = bench();
    serve(page(1, 0, [0, 'c-1'], [1, 'C12345678']));
    expect(await read()).toEqual({ ok: true, value: { serials: ['C12345678'], unreadable: 1 } });
  });
});

describe('a change in the middle', () => {
  it('that pushes a document over the page’s edge is seen, and all is read again', async () => {
    const { read, serve, peer } = bench();
    serve(page(2, 0, [0, 'A0001'], [1, 'A0002']), page(2, 0, [2, 'A0003'], [3, 'A0004']));
    // The first document leaves: the third one is now on the page that was read already.
    between(peer, () => {
      serve(page(2, 0, [1, 'A0002'], [2, 'A0003']), page(2, 0, [3, 'A0004']));
      peer.change();
    });
    expect(await read()).toEqual({ ok: true, value: { serials: ['A0002', 'A0003', 'A0004'], unreadable: 0 } });
    expect(peer.times(0x10)).toBe(4);
  });

  it('power that came back in the middle counts as one', async () => {
    const { read, serve, peer } = bench();
    serve(FIRST, LAST);
    between(peer, () => (peer.bootCount += 1));
    expect(await read()).toMatchObject({ ok: true, value: { serials: SERIALS } });
    expect(peer.times(0x10)).toBe(4);
  });

  it('every time: given up after a few, as a device that is busy', async () => {
    const { read, serve, peer } = bench();
    serve(FIRST, LAST);
    const answer = peer.on.get(0x10);
    peer.on.set(0x10, (heard) => {
      answer?.(heard);
      peer.change();
    });
    expect(await read()).toMatchObject({ ok: false, error: { code: 'deviceBusy', action: 'suspend' } });
    expect(peer.times(0x10)).toBe(2 * LIMITS.inventoryReads);
  });

  it.each([
    ['more pages', page(3, 1, [3, 'H00000001'])],
    ['fewer pages', page(1, 1, [3, 'H00000001'])],
    ['another number of unreadable places', page(2, 0, [3, 'H00000001'])],
    ['a place that was there already', page(2, 1, [2, 'H00000001'])],
    ['an unreadable place more than is said', page(2, 1, [3, ''])],
  ])('that shows only in the pages (%s) is not believed', async (_, last) => {
    const { read, serve, peer } = bench();
    serve(FIRST, last, last);
    between(peer, () => undefined);
    expect(await read()).toMatchObject({ ok: false, error: { code: 'deviceBusy' } });
    serve(FIRST, LAST);
    expect(await read()).toMatchObject({ ok: true });
  });
});

describe('bounds', () => {
  it.each([
    ['a page that cannot be read', []],
    ['more pages than there can be', page(LIMITS.pages + 1, 0)],
  ])('%s is not believed, and no other is asked for', async (_, fields) => {
    const { read, peer } = bench();
    peer.on.set(0x10, (heard) => peer.answer(heard, fields));
    expect(await read()).toMatchObject({ ok: false, error: { code: 'hardwareError' } });
    expect(peer.times(0x10)).toBe(1);
  });

  it('more documents than the port can tell are not cut off', async () => {
    const { read, peer } = bench();
    const places = (from: number): Place[] => Array.from({ length: 200 }, (_, i) => [from + i, 'A0001']);
    peer.on.set(0x10, (heard) => {
      const number = numberField(heard.fields, 0x40) ?? 0;
      peer.answer(heard, page(11, 0, ...places(number * 200)));
    });
    expect(await read()).toMatchObject({ ok: false, error: { code: 'hardwareError' } });
  });

  it('silence is told as such, a refusal by its own word', async () => {
    const { read, peer } = bench();
    peer.on.set(0x10, (heard) => peer.accept(heard, 0x21));
    expect(await read()).toMatchObject({ ok: false, error: { code: 'mediaJam' } });
    peer.on.delete(0x10);
    expect(await read()).toMatchObject({ ok: false, error: { code: 'timeOut' } });
  });

  it('its deadline and its caller end it between two pages', async () => {
    const { begin, read, serve, peer, clock } = bench();
    serve(FIRST, LAST);
    const caller = new AbortController();
    between(peer, () => caller.abort());
    const reading = begin(caller.signal);
    await runFor(clock, 100);
    expect(await reading).toMatchObject({ ok: false, error: { code: 'canceled' } });
    expect(peer.times(0x10)).toBe(1);
    peer.on.set(0x10, (heard) => void clock.after(900, () => peer.answer(heard, FIRST)));
    expect(await read(800)).toMatchObject({ ok: false, error: { code: 'timeOut' } });
  });
});
