import { mrzCheckDigit } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import { permitOf } from '../../testing/things.ts';
import { chipZoneDigest } from './simulated-chip-crypto.ts';
import { ALL_OFFERS, cardWith, rig } from './simulated-chip-rig.ts';
import { simulatedCurve } from './simulated-curve.ts';
import { readObject, readObjects } from './simulated-der.ts';
import { APPLICATION_SELECT } from './simulated-test-terminal.ts';

const CARD_ACCESS_SELECT = '00a4020c02011c';

function open(offers = ALL_OFFERS) {
  const made = rig(cardWith(offers));
  expect(made.terminal.basicAccess(made.card)).toBe('9000');
  return made;
}

describe('before access', () => {
  it('the master file holds EF.CardAccess and nothing else; the application gives nothing: 6982', () => {
    const { terminal } = rig(cardWith(ALL_OFFERS));
    const asked = (commands: readonly string[]): string[] => commands.map((command) => terminal.send(command).sw);
    expect(asked(['00b0000004', CARD_ACCESS_SELECT, '00b0000004', '00a4020c02011e', '00b0000004'])).toEqual([
      '6986',
      '9000',
      '9000',
      '6a82',
      '6986',
    ]);
    expect(asked([APPLICATION_SELECT, '00a4020c02011e', CARD_ACCESS_SELECT, '00b0000004', '00b09e0004'])).toEqual([
      '9000',
      '6982',
      '6982',
      '6982',
      '6982',
    ]);
    expect(asked(['0088000008010203040506070800', '002241a40680047f000001'])).toEqual(['6982', '6982']);
    expect(asked(['00a4000c023f00', CARD_ACCESS_SELECT, '00a4000c', '00b09c0004'])).toEqual([
      '9000',
      '9000',
      '9000',
      '9000',
    ]);
  });

  it('EF.CardAccess names the protocol and the curve', () => {
    for (const parameter of [12, 13] as const) {
      const { terminal } = rig(cardWith({ pace: { parameter, can: '123456' } }));
      const file = terminal.send('00b09c0000').data.toString('hex');
      expect(file).toBe(`31143012060a04007f0007020204020202010202010${parameter.toString(16)}`);
    }
    const unknown = rig(cardWith(ALL_OFFERS), 'pace-unknown').terminal;
    expect(unknown.send('00b09c0000').data.toString('hex')).toMatch(/^31143012060a04007f000702020409090201020201 ?1f$/);
    expect(unknown.choosePace(1, 13)).toBe('6a80');
  });

  it('a chip without PACE has no EF.CardAccess and does not know its commands', () => {
    const { terminal } = rig(permitOf('permit-li-na'));
    expect(terminal.send(CARD_ACCESS_SELECT).sw).toBe('6a82');
    expect(terminal.choosePace(1, 13)).toBe('6d00');
    expect(terminal.paceStep(Buffer.alloc(0)).sw).toBe('6884');
    expect(terminal.send('0086000002' + '7c00').sw).toBe('6d00');
  });

  it.each([
    ['', '6700'],
    ['00a404', '6700'],
    ['00a4040c07a00000024710', '6700'],
    ['00a4040c07a000000247100100ff', '6700'],
    ['00a4040c000007a0000002471001', '6700'],
    ['80a4040c07a0000002471001', '6e00'],
    ['10a4040c07a0000002471001', '6884'],
    ['00a4040007a0000002471001', '6a86'],
    ['00a4080c023f00', '6a86'],
    ['00a4040c07a0000002471002', '6a82'],
    ['00a4020c01ff', '6700'],
    ['00ca000000', '6d00'],
    ['0084000008', '6985'],
    [`0082000028${'00'.repeat(40)}28`, '6985'],
    ['0ca4020c158709016375432908c044f68e08bf8b92d635ff24f800', '6982'],
  ])('%s → %s', (command, sw) => {
    expect(rig(cardWith(ALL_OFFERS)).terminal.send(command).sw).toBe(sw);
  });

  it('authentication of a wrong length is 6700, and its challenge is spent', () => {
    const { terminal } = rig(cardWith(ALL_OFFERS));
    terminal.send(APPLICATION_SELECT);
    terminal.send('0084000008');
    expect(terminal.send('008200000401020304').sw).toBe('6700');
    expect(terminal.send(`0082000028${'00'.repeat(40)}28`).sw).toBe('6985');
  });

  it('a chip that opens by PACE alone refuses BAC at its first command', () => {
    const only = rig(cardWith({ ...ALL_OFFERS, hasBasicAccess: false }));
    expect(only.terminal.basicAccess(only.card)).toBe('6982');
    const refusing = rig(cardWith(ALL_OFFERS), 'bac-refused');
    expect(refusing.terminal.basicAccess(refusing.card)).toBe('6982');
    const { documentNumber, birth, expiry } = refusing.card;
    const password = chipZoneDigest(documentNumber, birth, expiry);
    expect(refusing.terminal.pace(1, password, simulatedCurve(13))).toBe('9000');
  });
});

describe('files after access', () => {
  it('EF.COM lists what is there, every file has its tag, no other file exists', () => {
    const { terminal } = open();
    const common = readObjects(readObject(terminal.readFile(0x011e) ?? Buffer.alloc(0))?.value ?? Buffer.alloc(0));
    expect(common?.get(0x5c)?.toString('hex')).toBe('61756b6e6f');
    expect(common?.get(0x5f01)?.toString('latin1')).toBe('0107');
    const tags = new Map([
      [0x0101, 0x61],
      [0x0102, 0x75],
      [0x010b, 0x6b],
      [0x010e, 0x6e],
      [0x010f, 0x6f],
      [0x011d, 0x77],
      [0x0f01, 0x53],
    ]);
    for (const [identifier, tag] of tags) {
      const file = readObject(terminal.readFile(identifier) ?? Buffer.alloc(0));
      expect([identifier, file?.tag, file?.rest.length]).toEqual([identifier, tag, 0]);
    }
    for (const identifier of [0x0103, 0x010d, 0x0110, 0x011c, 0x0f02, 0x3f00])
      expect(terminal.readFile(identifier), identifier.toString(16)).toBeUndefined();
  });

  it('a plain chip holds EF.COM, DG1, DG2 and the counter', () => {
    const { terminal, card } = open({});
    expect(terminal.readFile(0x011e)?.toString('hex')).toMatch(/5c026175$/);
    for (const identifier of [0x010b, 0x010e, 0x010f, 0x011d]) expect(terminal.readFile(identifier)).toBeUndefined();
    expect(terminal.readFile(0x0f01)?.toString('hex')).toBe('5304594d3101');
    card.endorsementCounter = 9;
    expect(terminal.readFile(0x0f01)?.toString('hex')).toBe('5304594d3109');
  });

  it.each([
    ['TD1', /^CSCHN(C50000011.)<{15}(900412.)F(350610.)CHN<{11}(.)LI<<NA<{24}$/],
    ['TD3', /^POCHNLI<<NA<{33}(C50000011.)CHN(900412.)F(350610.)<{14}0(.)$/],
    ['permitLine', /^CS(C50000011.)<(350610.)<(900412.)<(.)$/],
  ] as const)('DG1 as %s, with every check digit right', (zone, form) => {
    const { terminal } = open({ zone });
    const dg1 = readObject(terminal.readFile(0x0101) ?? Buffer.alloc(0));
    const text = readObject(dg1?.value ?? Buffer.alloc(0))?.value.toString('latin1') ?? '';
    const [, number = '', first = '', second = '', overall] = form.exec(text) ?? [];
    for (const field of [number, first, second]) expect(field.slice(-1)).toBe(mrzCheckDigit(field.slice(0, -1)));
    const filler = zone === 'permitLine' ? '' : zone === 'TD3' ? `${'<'.repeat(14)}0` : '<'.repeat(11);
    const covered = zone === 'TD1' ? `${number}${'<'.repeat(15)}${first}${second}` : `${number}${first}${second}`;
    expect(overall).toBe(mrzCheckDigit(covered + filler));
  });

  it('DG11 gives the name in Chinese, the personal number and the birth', () => {
    const { terminal } = open();
    const fields = readObjects(readObject(terminal.readFile(0x010b) ?? Buffer.alloc(0))?.value ?? Buffer.alloc(0));
    expect(fields?.get(0x5c)?.toString('hex')).toBe('5f0e5f105f2b');
    expect(fields?.get(0x5f0e)?.toString('utf8')).toBe('李𬭎');
    expect(fields?.get(0x5f10)?.toString('latin1')).toBe('440606199004120020');
    expect(fields?.get(0x5f2b)?.toString('latin1')).toBe('19900412');
  });

  it('READ BINARY: by offset, by short identifier, short at the end (6282), beyond it (6b00), without a file (6986)', () => {
    const { terminal } = open();
    expect(terminal.secure('0cb00000', Buffer.alloc(0), 4).sw).toBe('6986');
    expect(terminal.secure('0cb09e00', Buffer.alloc(0), 1)).toMatchObject({ sw: '9000', data: Buffer.from([0x60]) });
    expect(terminal.secure('0cb00001', Buffer.alloc(0), 0)).toMatchObject({ sw: '6282' });
    expect(terminal.secure('0cb07fff', Buffer.alloc(0), 1).sw).toBe('6b00');
    expect(terminal.secure('0cb08300', Buffer.alloc(0), 1).sw).toBe('6a82');
    expect(terminal.secure('0cb00000', Buffer.alloc(0), 1).sw).toBe('6986');
  });

  it('commands inside secure messaging that make no sense there', () => {
    const { terminal } = open();
    expect(terminal.secure('0cca0000').sw).toBe('6d00');
    expect(terminal.secure('1ca4020c', Buffer.from('011e', 'hex')).sw).toBe('6884');
    expect(terminal.secure('0ca4020c', Buffer.from('01', 'hex')).sw).toBe('6700');
    expect(terminal.secure('0ca4020c', Buffer.from('0103', 'hex')).sw).toBe('6a82');
    expect(terminal.secure('0ca4000c').sw).toBe('9000');
    expect(terminal.readFile(0x011c)).toBeDefined();
    expect(terminal.readFile(0x0101)).toBeUndefined();
    expect(terminal.secure('0c880000', Buffer.alloc(8, 1), 0).sw).toBe('6985');
  });
});

describe.each(['3DES', 'AES'] as const)('secure messaging with %s', (cipher) => {
  function opened() {
    const { card, terminal } = rig(cardWith(ALL_OFFERS));
    if (cipher === '3DES') expect(terminal.basicAccess(card)).toBe('9000');
    else expect(terminal.pace(2, Buffer.from('500011'), simulatedCurve(13))).toBe('9000');
    expect(terminal.session?.cipher).toBe(cipher);
    expect(terminal.secure('0ca4040c', Buffer.from('a0000002471001', 'hex')).sw).toBe('9000');
    return terminal;
  }
  const SELECT_COM = ['0ca4020c', Buffer.from('011e', 'hex')] as const;

  it('any bit of a command changed: 6988 or 6987, and the session is over', () => {
    const length = opened().protect(...SELECT_COM).length;
    for (let at = 1; at < length - 1; at += 1) {
      const terminal = opened();
      const bent = terminal.protect(...SELECT_COM);
      bent.writeUInt8(bent.readUInt8(at) ^ 0x01, at);
      const { sw, data } = terminal.send(bent);
      expect(data).toHaveLength(0);
      expect(sw, `byte ${at}`).toMatch(/^698[78]$/);
      expect(terminal.send(terminal.protect(...SELECT_COM)).sw, `after byte ${at}`).toBe('6982');
    }
  });

  it('without its MAC: 6987; a second time: 6988; objects that are none under a right MAC: 6988', () => {
    const first = opened();
    expect(first.send('0ca4020c0397010000').sw).toBe('6987');
    const twice = opened();
    const command = twice.protect(...SELECT_COM);
    expect(twice.openAnswer(twice.send(command)).sw).toBe('9000');
    expect(twice.send(command).sw).toBe('6988');
    const unknownObject = opened();
    const odd = unknownObject.protect('0cb00000', Buffer.alloc(0), 4, () => Buffer.from('99029000', 'hex'));
    expect(unknownObject.send(odd).sw).toBe('6988');
    const torn = opened();
    const half = torn.protect(...SELECT_COM, undefined, (objects) => {
      const cut = objects.subarray(0, -1);
      cut.writeUInt8(cut.readUInt8(1) - 1, 1);
      return cut;
    });
    expect(torn.send(half).sw).toBe('6988');
  });

  it('an unprotected command ends the session: 6982 for what follows', () => {
    const terminal = opened();
    expect(terminal.secure(...SELECT_COM).sw).toBe('9000');
    expect(terminal.send('00b0000004').sw).toBe('6982');
    expect(terminal.send(terminal.protect(...SELECT_COM)).sw).toBe('6982');
  });

  it('every status word inside goes out protected as well', () => {
    const terminal = opened();
    expect(terminal.secure('0ca4020c', Buffer.from('0103', 'hex'))).toEqual({ data: Buffer.alloc(0), sw: '6a82' });
    expect(terminal.readFile(0x0101)).toBeDefined();
  });
});

describe('wrong passwords', () => {
  const curve = simulatedCurve(13);

  it('are counted, slow the next try down twice as long each time, and are forgotten with the first right one', () => {
    const { terminal, chip, card } = rig(cardWith(ALL_OFFERS));
    const waits: number[] = [];
    for (let tries = 0; tries < 7; tries += 1) {
      expect(terminal.pace(2, Buffer.from('999999'), curve)).toBe('6300');
      terminal.choosePace(2, 13);
      waits.push(chip.penaltyMs);
    }
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 4_000, 4_000]);
    expect(terminal.pace(2, Buffer.from('500011'), curve)).toBe('9000');
    terminal.choosePace(2, 13);
    expect(chip.penaltyMs).toBe(0);
    expect(terminal.basicAccess({ ...card, birth: '900413' })).toBe('6300');
    expect(terminal.basicAccess(card)).toBe('9000');
    expect(chip.penaltyMs).toBe(250);
    expect(terminal.basicAccess(card)).toBe('9000');
    expect(chip.penaltyMs).toBe(0);
  });

  it('outlive the field, and belong to one card', () => {
    const card = cardWith(ALL_OFFERS);
    expect(rig(card).terminal.pace(2, Buffer.from('999999'), curve)).toBe('6300');
    const again = rig(card);
    again.terminal.choosePace(2, 13);
    expect(again.chip.penaltyMs).toBe(250);
    const other = rig(cardWith(ALL_OFFERS));
    other.terminal.choosePace(2, 13);
    expect(other.chip.penaltyMs).toBe(0);
  });

  it('wrong-password: neither the page nor the access number opens the chip', () => {
    const { terminal, card } = rig(cardWith(ALL_OFFERS), 'wrong-password');
    expect(terminal.basicAccess(card)).toBe('6300');
    expect(terminal.pace(2, Buffer.from('500011'), curve)).toBe('6300');
    const { documentNumber, birth, expiry } = card;
    expect(terminal.pace(1, chipZoneDigest(documentNumber, birth, expiry), curve)).toBe('6300');
  });
});
