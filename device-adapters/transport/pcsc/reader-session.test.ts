import { err, ok, type Result } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import { READER_STATE, type PcscCard, type PcscClient, type PcscFailure } from './pcsc-binding.ts';
import { ReaderSession } from './reader-session.ts';

const NAME = 'Fake Reader 00 00';
const ATR = Uint8Array.of(0x3b, 0x88, 0x80, 0x01);
const APDU = Uint8Array.of(0x00, 0xb0, 0x00, 0x00, 0x00);
const OFF = Uint8Array.of(0);
const ON = Uint8Array.of(1);
const RESET = Uint8Array.of(2);
const ASK_ATR = Uint8Array.of(4);
const ASK_IDENTITY = Uint8Array.of(5);
const NOTHING = new Uint8Array(0);
const MUTE = Uint8Array.of(2);

/** A daemon with one reader, whose every answer a test gives by hand. It keeps its word on exclusive use. */
class FakePcsc implements PcscClient {
  readonly readers = new Map<string, number>([[NAME, 0]]);
  readonly gone: Promise<PcscFailure>;
  readonly calls: string[] = [];
  /** What the next connects and calls fail with, by name of the call. */
  readonly fails = new Map<string, PcscFailure>();
  answer: () => Promise<Result<Uint8Array, PcscFailure>> = async () => ok(Uint8Array.of(0x90, 0x00));
  die: (failure: PcscFailure) => void = () => undefined;
  #isHeld = false;
  #isCalled = false;
  #count = 0;
  #listeners: (() => void)[] = [];

  constructor() {
    this.gone = new Promise((resolve) => {
      this.die = resolve;
    });
  }

  onChange(fn: () => void): void {
    this.#listeners.push(fn);
  }

  put(): void {
    this.#set(READER_STATE.present);
  }

  pull(): void {
    this.#set(0);
  }

  remove(): void {
    this.readers.delete(NAME);
    for (const fn of this.#listeners) fn();
  }

  async connect(): Promise<Result<PcscCard, PcscFailure>> {
    if (this.#isHeld) return err({ what: 'busy', said: 'SharingViolation' });
    const connected = await this.#call('connect', async () => ok(undefined));
    if (!connected.ok) return connected;
    this.#isHeld = true;
    return ok({
      atr: () => this.#call('atr', async () => ok(ATR)),
      transmit: () => this.#call('transmit', this.answer),
      reset: () => this.#call('reset', async () => ok(undefined)),
      disconnect: async () => {
        // As the real ones: a card in the middle of a command cannot be let go of.
        if (this.#isCalled) return err({ what: 'other', said: 'CardIsBusy' });
        const apart = await this.#call('disconnect', async () => ok(undefined));
        if (apart.ok) this.#isHeld = false;
        return apart;
      },
    });
  }

  async facts(): Promise<object> {
    return {};
  }

  async #call<T>(name: string, does: () => Promise<Result<T, PcscFailure>>): Promise<Result<T, PcscFailure>> {
    this.calls.push(name);
    const failure = this.fails.get(name);
    this.fails.delete(name);
    if (failure !== undefined) return err(failure);
    this.#isCalled = true;
    const answer = await does();
    this.#isCalled = false;
    return answer;
  }

  #set(state: number): void {
    this.#count += 1;
    this.readers.set(NAME, state + this.#count * 0x1_0000);
    for (const fn of this.#listeners) fn();
  }
}

function open(): { pcsc: FakePcsc; clock: ManualClock; session: ReaderSession; lost: string[] } {
  const pcsc = new FakePcsc();
  const clock = new ManualClock();
  const lost: string[] = [];
  const session = new ReaderSession({
    client: pcsc,
    reader: NAME,
    identity: Uint8Array.of(0x46, 0x3b),
    clock,
    onLost: ({ what }) => lost.push(what),
  });
  return { pcsc, clock, session, lost };
}

function failing(what: PcscFailure['what'], code?: number): PcscFailure {
  return { what, code, said: what };
}

describe('the carrier’s questions', () => {
  it('an empty reader has no chip, without a call to the daemon', async () => {
    const { session, pcsc } = open();
    await session.take(RESET);
    expect(await session.take(ASK_ATR)).toEqual(NOTHING);
    expect(await session.take(APDU)).toEqual(NOTHING);
    expect(pcsc.calls).toEqual([]);
  });

  it('a chip gives its ATR and answers once the field is on; the connection is kept', async () => {
    const { session, pcsc } = open();
    pcsc.put();
    await session.take(ON);
    expect(await session.take(ASK_ATR)).toEqual(ATR);
    expect(await session.take(APDU)).toEqual(Uint8Array.of(0x90, 0x00));
    expect(await session.take(APDU)).toEqual(Uint8Array.of(0x90, 0x00));
    expect(pcsc.calls).toEqual(['connect', 'atr', 'transmit', 'transmit']);
  });

  it('with the field ordered off no command reaches the chip, and its ATR is remembered, for this chip alone', async () => {
    const { session, pcsc } = open();
    pcsc.put();
    // Nobody ordered it on yet: the chip is woken for its ATR once, and put to sleep again.
    expect(await session.take(ASK_ATR)).toEqual(ATR);
    expect(await session.take(ASK_ATR)).toEqual(ATR);
    expect(await session.take(APDU)).toEqual(NOTHING);
    expect(pcsc.calls).toEqual(['connect', 'atr', 'disconnect']);
    pcsc.pull();
    expect(await session.take(ASK_ATR)).toEqual(NOTHING);
    pcsc.put();
    expect(await session.take(ASK_ATR)).toEqual(ATR);
    expect(pcsc.calls.slice(3)).toEqual(['connect', 'atr', 'disconnect']);
  });

  it('orders have no answer: off lets go, on connects, reset resets', async () => {
    const { session, pcsc } = open();
    pcsc.put();
    expect(await session.take(ON)).toBeUndefined();
    expect(await session.take(RESET)).toBeUndefined();
    expect(await session.take(OFF)).toBeUndefined();
    expect(pcsc.calls).toEqual(['connect', 'reset', 'disconnect']);
  });

  it('a reset that fails makes a new connection for the next command', async () => {
    const { session, pcsc } = open();
    pcsc.put();
    pcsc.fails.set('reset', failing('other', 0x8010_002f));
    await session.take(RESET);
    expect(await session.take(APDU)).toEqual(Uint8Array.of(0x90, 0x00));
    expect(pcsc.calls).toEqual(['connect', 'reset', 'disconnect', 'connect', 'transmit']);
  });

  it('says who it is; unknown orders and empty messages get nothing', async () => {
    const { session } = open();
    expect(await session.take(ASK_IDENTITY)).toEqual(Uint8Array.of(0x46, 0x3b));
    expect(await session.take(Uint8Array.of(9))).toBeUndefined();
    expect(await session.take(NOTHING)).toBeUndefined();
  });
});

describe('what goes wrong with a chip', () => {
  it.each([
    ['noCard', undefined, []],
    ['mute', 0x8010_0066, [2]],
    ['other', 0x8010_0008, [8]],
    // Would mean a collision, a mute chip, no error.
    ['other', 0x8010_0001, [0xff]],
    ['other', 0x8010_0002, [0xff]],
    ['other', undefined, [0xff]],
  ] as const)('a connection that fails with %s (%s) is told as %s', async (what, code, told) => {
    const { session, pcsc, lost } = open();
    pcsc.put();
    pcsc.fails.set('connect', failing(what, code));
    expect([...((await session.take(ASK_ATR)) ?? [99])]).toEqual(told);
    expect(lost).toEqual([]);
  });

  it('a chip whose ATR is no ATR is mute', async () => {
    const { session, pcsc } = open();
    pcsc.put();
    pcsc.fails.set('atr', failing('mute'));
    expect(await session.take(ASK_ATR)).toEqual(MUTE);
  });

  it('a chip that another program reset gives its ATR again, and has forgotten a conversation', async () => {
    const { session, pcsc } = open();
    pcsc.put();
    await session.take(ON);
    pcsc.fails.set('atr', failing('reset'));
    expect(await session.take(ASK_ATR)).toEqual(ATR);
    pcsc.fails.set('transmit', failing('reset'));
    expect(await session.take(APDU)).toEqual(MUTE);
    expect(pcsc.calls).toEqual(['connect', 'atr', 'disconnect', 'connect', 'atr', 'transmit', 'disconnect']);
  });

  it.each([
    ['nothing', async () => ok(NOTHING)],
    ['one byte', async () => ok(Uint8Array.of(1))],
    ['a lost answer', async () => err(failing('silent', 0x8010_0016))],
  ] as const)(
    '%s instead of an answer: mute when the chip stays, no chip when it turns out to be gone',
    async (_, answer) => {
      const { session, pcsc, clock } = open();
      pcsc.put();
      await session.take(ON);
      pcsc.answer = answer;
      let told: Uint8Array | undefined;
      void session.take(APDU).then((bytes) => (told = bytes));
      await clock.advance(799);
      expect(told).toBeUndefined();
      await clock.advance(1);
      expect(told).toEqual(MUTE);

      told = undefined;
      void session.take(APDU).then((bytes) => (told = bytes));
      await clock.advance(300);
      pcsc.pull();
      await clock.advance(0);
      expect(told).toEqual(NOTHING);
      expect(clock.waiting).toBe(0);
    },
  );

  it('a chip that was pulled and put back meanwhile is not the one that was asked', async () => {
    const { session, pcsc, clock } = open();
    pcsc.put();
    await session.take(ON);
    const answer = Promise.withResolvers<Result<Uint8Array, PcscFailure>>();
    pcsc.answer = () => answer.promise;
    let told: Uint8Array | undefined;
    void session.take(APDU).then((bytes) => (told = bytes));
    await clock.advance(10);
    pcsc.pull();
    pcsc.put();
    answer.resolve(ok(NOTHING));
    await clock.advance(0);
    expect(told).toEqual(NOTHING);
  });

  it('lets go of a chip that answered and left in the same moment', async () => {
    const { session, pcsc, clock } = open();
    pcsc.put();
    await session.take(ON);
    const answer = Promise.withResolvers<Result<Uint8Array, PcscFailure>>();
    pcsc.answer = () => answer.promise;
    const told = session.take(APDU);
    await clock.advance(0);
    pcsc.pull();
    answer.resolve(ok(Uint8Array.of(0x90, 0x00)));
    expect(await told).toEqual(Uint8Array.of(0x90, 0x00));
    expect(pcsc.calls).toEqual(['connect', 'transmit', 'disconnect']);
  });

  it('lets go of a chip that leaves while idle, and of one that leaves under a command once that has ended', async () => {
    const { session, pcsc, clock } = open();
    pcsc.put();
    await session.take(ON);
    pcsc.pull();
    await clock.advance(0);
    expect(pcsc.calls).toEqual(['connect', 'disconnect']);

    pcsc.put();
    const under = Promise.withResolvers<Result<Uint8Array, PcscFailure>>();
    pcsc.answer = () => under.promise;
    const told = session.take(APDU);
    await clock.advance(0);
    pcsc.pull();
    await clock.advance(0);
    under.resolve(err(failing('noCard')));
    expect(await told).toEqual(NOTHING);
    // Held by its dead connection the reader would be busy for ever.
    pcsc.put();
    pcsc.answer = async () => ok(Uint8Array.of(0x6a, 0x82));
    expect(await session.take(APDU)).toEqual(Uint8Array.of(0x6a, 0x82));
  });
});

describe('what ends the line', () => {
  it.each(['noService', 'noReader', 'busy', 'hung', 'denied'] as const)(
    '%s at a command: told once, no answer',
    async (what) => {
      const { session, pcsc, lost } = open();
      pcsc.put();
      await session.take(ON);
      pcsc.fails.set('transmit', failing(what));
      expect(await session.take(APDU)).toBeUndefined();
      pcsc.remove();
      expect(lost).toEqual([what]);
    },
  );

  it('idle too: the reader goes, the daemon dies', async () => {
    const first = open();
    first.pcsc.remove();
    expect(first.lost).toEqual(['noReader']);

    const second = open();
    second.pcsc.die(failing('noService'));
    await second.clock.advance(0);
    expect(second.lost).toEqual(['noService']);
  });

  it('a command that is not answered: after its deadline, not before', async () => {
    const { session, pcsc, clock, lost } = open();
    pcsc.put();
    await session.take(ON);
    pcsc.answer = () => new Promise(() => undefined);
    const told = session.take(APDU);
    await clock.advance(9_999);
    expect(lost).toEqual([]);
    await clock.advance(1);
    expect(lost).toEqual(['hung']);
    expect(await told).toBeUndefined();
  });

  it('after the end nothing is told any more, and the chip is let go of', async () => {
    const { session, pcsc, lost } = open();
    pcsc.put();
    await session.take(ON);
    await session.end();
    pcsc.remove();
    expect(lost).toEqual([]);
    expect(pcsc.calls).toEqual(['connect', 'disconnect']);
  });
});
