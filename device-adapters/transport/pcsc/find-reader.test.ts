import { ManualClock } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import { findReader } from './find-reader.ts';
import { READER_STATE, type PcscClient, type PcscFailure } from './pcsc-binding.ts';
import { chooseReader } from './reader-choice.ts';
import { firmwareText, readerIdentity } from './reader-identity.ts';

const PICC = 'ACS ACR1252 [PICC] (RR1) 00 00';
const SAM = 'ACS ACR1252 [SAM] (RR1) 00 01';

function daemon(): { client: PcscClient; tell: (name: string, state: number) => void; die: () => void } {
  const readers = new Map<string, number>();
  const listeners: (() => void)[] = [];
  const gone = Promise.withResolvers<PcscFailure>();
  return {
    client: {
      readers,
      onChange: (fn) => listeners.push(fn),
      gone: gone.promise,
      connect: () => new Promise(() => undefined),
      facts: async () => ({}),
    },
    tell: (name, state) => {
      readers.set(name, state);
      for (const fn of listeners) fn();
    },
    die: () => gone.resolve({ what: 'noService', said: '' }),
  };
}

describe('which reader is meant', () => {
  it.each([
    [[PICC, SAM], PICC, { ok: true, value: PICC }],
    [[PICC, SAM], 'ACS ACR1252 [PICC]', { ok: true, value: PICC }],
    // Exactly this name, though another begins so too.
    [['Reader', 'Reader 2'], 'Reader', { ok: true, value: 'Reader' }],
    [
      [SAM, PICC],
      'ACS',
      { ok: false, error: { code: 'configuration', message: `pcsc: "ACS" may be any of: ${PICC}, ${SAM}` } },
    ],
    [
      [PICC],
      'PICC',
      { ok: false, error: { code: 'offline', message: expect.stringContaining(`there are: ${PICC}`) as string } },
    ],
    [
      [],
      'ACS',
      { ok: false, error: { code: 'offline', message: expect.stringContaining('pcscd has no reader') as string } },
    ],
  ])('of %j "%s"', (names, wanted, chosen) => {
    expect(chooseReader(names, wanted)).toMatchObject(chosen);
  });

  it('does not wait when the very name comes, and waits for all names otherwise', async () => {
    const clock = new ManualClock();
    const { client, tell } = daemon();
    const exact = findReader(client, clock, PICC);
    const begun = findReader(client, clock, 'ACS');
    tell(PICC, 0);
    expect(await exact).toEqual({ ok: true, value: PICC });
    tell(SAM, 0);
    await clock.advance(300);
    expect(await begun).toMatchObject({ ok: false, error: { code: 'configuration' } });
  });

  it('gives an owner that has just ended a moment, then calls the reader busy', async () => {
    const clock = new ManualClock();
    const { client, tell } = daemon();
    tell(PICC, READER_STATE.exclusive);
    const soonFree = findReader(client, clock, PICC);
    await clock.advance(500);
    tell(PICC, 0);
    expect(await soonFree).toMatchObject({ ok: true });
    tell(PICC, READER_STATE.exclusive);
    const taken = findReader(client, clock, PICC);
    await clock.advance(1_000);
    expect(await taken).toMatchObject({ ok: false, error: { code: 'deviceBusy', action: 'configuration' } });
  });

  it('a daemon that dies meanwhile is offline at once', async () => {
    const { client, die } = daemon();
    const found = findReader(client, new ManualClock(), PICC);
    die();
    expect(await found).toMatchObject({
      ok: false,
      error: { code: 'offline', message: 'pcsc: pcscd is not running: systemctl start pcscd' },
    });
  });
});

describe('who a reader says it is', () => {
  const told = (reader: string, facts: object = {}): string =>
    Buffer.from(readerIdentity(reader, facts)).toString('latin1');

  it.each([
    ['Virtual PCD 00 00', 'Virtual PCD;;'],
    [PICC, 'ACS ACR1252 [PICC];RR1;'],
    ['Reader (Model B)', 'Reader (Model B);;'],
    ['A;B ü 00 0F', 'A,B ?;;'],
  ])('%s', (name, identity) => {
    expect(told(name)).toBe(identity);
  });

  it('what the reader’s driver tells is better than its name', () => {
    expect(told(PICC, { serial: 'X9', firmware: '1.5.3' })).toBe('ACS ACR1252 [PICC];X9;1.5.3');
    expect(firmwareText(Uint8Array.of(0x03, 0x00, 0x05, 0x01))).toBe('1.5.3');
    expect(firmwareText(Uint8Array.of(1))).toBeUndefined();
  });
});
