import { createHash, randomBytes } from 'node:crypto';
import { ManualClock } from '@yimen/contracts/testing';
import { afterEach, describe, expect, it } from 'vitest';
import type { ChipOffers } from '../../testing/card-path.ts';
import { createIcao9303 } from './driver.ts';
import { lineToOracle } from './pace-oracle-line.ts';
import { PaceOracle, type OraclePassword } from './pace-oracle-process.ts';
import type { ChipFault } from './simulated-chip-faults.ts';
import { ALL_OFFERS, cardWith, rig } from './simulated-chip-rig.ts';
import type { SimulatedChip } from './simulated-chip.ts';

const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** Zone of three lines of 30 for the printed page of `permit-li-na`, as libeac reads it: places alone, no check digits. */
const TD1 = 'CSCHNC500000113<<<<<<<<<<<<<<<9004126F3506101CHN<<<<<<<<<<<0LI<<NA<<<<<<<<<<<<<<<<<<<<<<<<';
/** MRZ information by hand: number, birth, expiry, each with its check digit (ICAO 9303-11 §4.3.2). */
const INFORMATION = 'C50000011390041263506101';
const CAN: OraclePassword = { type: 2, secret: Buffer.from('500011') };
const ZONE: OraclePassword = { type: 1, secret: Buffer.from(TD1) };
const RAW: OraclePassword = { type: 5, secret: createHash('sha1').update(INFORMATION).digest() };

interface Meeting {
  readonly oracle: PaceOracle;
  readonly chip: SimulatedChip;
  /** `done`, or what the foreign terminal found wrong. */
  readonly end: string;
}

/** The foreign terminal opens a simulated chip. */
async function meet(offers: ChipOffers, password: OraclePassword, ...faults: readonly ChipFault[]): Promise<Meeting> {
  const { chip, terminal } = rig(cardWith(offers), ...faults);
  const cardAccess = terminal.send('00b09c0000').data;
  const oracle = new PaceOracle('terminal', cardAccess, password);
  ends.push(() => oracle.close());
  return { oracle, chip, end: await serve(oracle, chip) };
}

/** Carries commands to the chip until the oracle says something else. */
async function serve(oracle: PaceOracle, chip: SimulatedChip): Promise<string> {
  for (;;) {
    const line = await oracle.hear();
    if (!line.startsWith('> ')) return line;
    oracle.say(chip.answer(Buffer.from(line.slice(2), 'hex')).toString('hex'));
  }
}

describe('libeac as terminal, the simulated chip', () => {
  it.each([
    ['brainpoolP256r1, access number', 13, 'TD1', CAN],
    ['P-256, access number', 12, 'TD1', CAN],
    ['brainpoolP256r1, zone of three lines', 13, 'TD1', ZONE],
    ['P-256, zone of three lines', 12, 'TD1', ZONE],
    ['brainpoolP256r1, zone of two lines as its digest', 13, 'TD3', RAW],
    ['P-256, zone of two lines as its digest', 12, 'TD3', RAW],
  ] as const)('%s: agree, and read DG1 and DG11 under AES', async (_what, parameter, zone, password) => {
    const { oracle, chip, end } = await meet({ ...ALL_OFFERS, zone, pace: { parameter, can: '500011' } }, password);
    expect(end).toBe('done');
    const ask = async (command: string): Promise<string> => {
      oracle.say(command);
      return serve(oracle, chip);
    };
    expect(await ask('00a4040c07a0000002471001')).toBe('= 9000');
    expect(await ask('00a4020c020101')).toBe('= 9000');
    const dg1 = Buffer.from((await ask('00b0000000')).slice(2), 'hex');
    expect(dg1.subarray(-2).toString('hex')).toBe('6282');
    expect(dg1.toString('latin1')).toContain('LI<<NA<<<');
    expect(await ask('00b0000505')).toBe(`= ${dg1.subarray(5, 10).toString('hex')}9000`);
    expect(await ask('00a4020c020103')).toBe('= 6a82');
    expect(await ask('00a4020c02010b')).toBe('= 9000');
    const dg11 = Buffer.from((await ask('00b0000000')).slice(2), 'hex').toString('utf8');
    expect(dg11).toContain('李𬭎');
  });

  it.each([
    ['another access number', { ...CAN, secret: Buffer.from('500012') }],
    ['another zone', { ...ZONE, secret: Buffer.from(TD1.replace('9004126', '9004139')) }],
    ['another digest', { ...RAW, secret: Buffer.alloc(20) }],
  ] as const)('%s: the chip refuses', async (_what, password) => {
    expect((await meet(ALL_OFFERS, password)).end).toBe('failed 6300');
  });

  it.each([
    ['pace-mapping-off-curve', 'failed mapping'],
    ['pace-key-off-curve', 'failed key agreement'],
    ['pace-wrong-token', 'failed token'],
    ['pace-same-key', 'failed key agreement'],
  ] as const)('%s: the foreign terminal refuses', async (fault, end) => {
    expect((await meet(ALL_OFFERS, CAN, fault)).end).toBe(end);
  });
});

const PAGE = { documentNumber: 'C50000011', birth: '900412', expiry: '350610' };

/** Our driver opens a chip that is libeac's, and holds the files of a simulated one. */
async function readOracle(offers: ChipOffers, password: OraclePassword, access: object) {
  const { card, terminal } = rig(cardWith(offers));
  const cardAccess = terminal.send('00b09c0000').data;
  expect(terminal.basicAccess(card)).toBe('9000');
  const files = [0x011e, 0x0101, 0x0102, 0x010b, 0x010e].map(
    (file) => `${file.toString(16)}:${terminal.readFile(file)?.toString('hex')}`,
  );
  const oracle = new PaceOracle('chip', cardAccess, password, files);
  ends.push(() => oracle.close());
  const clock = new ManualClock();
  const driver = createIcao9303({
    open: lineToOracle(oracle),
    clock,
    random: (n) => Uint8Array.from(randomBytes(n)),
    log: { debug: () => undefined },
    at: 'oracle',
    options: {},
  });
  ends.unshift(() => driver.close());
  return driver.read('readDocument', 60_000, { access }, new AbortController().signal);
}

describe('our driver, libeac as chip', () => {
  const offers = (parameter: 12 | 13, zone: 'TD1' | 'TD3' = 'TD1'): ChipOffers => ({
    zone,
    holder: { fullName: '李𬭎', personalNumber: '440606199004120020' },
    pace: { parameter, can: '500011' },
  });
  const withCan = { ...PAGE, can: '500011' };

  it.each([
    ['brainpoolP256r1, access number', offers(13), CAN, withCan],
    ['P-256, access number', offers(12), CAN, withCan],
    ['brainpoolP256r1, zone of three lines', offers(13), ZONE, PAGE],
    ['P-256, zone of two lines as its digest', offers(12, 'TD3'), RAW, PAGE],
  ] as const)('%s: agree, and read under AES', async (_what, offered, password, access) => {
    expect(await readOracle(offered, password, access)).toMatchObject({
      ok: true,
      value: {
        access: 'PACE',
        documentNumber: 'C50000011',
        name: 'LI<<NA',
        holder: { fullName: '李𬭎', personalNumber: '440606199004120020' },
      },
    });
  });

  it.each([
    ['another access number', CAN, { ...PAGE, can: '500012' }],
    ['another page', ZONE, { ...PAGE, birth: '900413' }],
  ] as const)('%s: refused', async (_what, password, access) => {
    const read = await readOracle(offers(13), password, access);
    expect(read).toMatchObject({ ok: false, error: { code: 'securityFail', vendorCode: '6300' } });
  });
});
