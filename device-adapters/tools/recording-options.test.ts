import { describe, expect, it } from 'vitest';
import { parseRecord, parseReplay } from './recording-options.ts';

const CARD = 'card-unit-creator-crt591';
const CHIP = 'travel-document-icao-9303';
const AT = ['--at', 'serial:/dev/ttyS1@9600'];
const says = (sentence: string) => ({ ok: false, error: expect.stringContaining(sentence) as string });

describe('record command line', () => {
  it('asks who the device is and how it is, unless told otherwise', () => {
    expect(parseRecord([CARD, ...AT, 'x.hex'])).toMatchObject({
      ok: true,
      value: {
        driver: CARD,
        file: 'x.hex',
        where: { carrier: 'serial', path: '/dev/ttyS1' },
        actions: [{ name: 'identify' }, { name: 'status' }],
        createMask: undefined,
      },
    });
    expect(parseRecord([CARD, 'x.hex', 'accept', 'eject', ...AT, '--json'])).toMatchObject({
      ok: true,
      value: { isJson: true, actions: [{ name: 'accept' }, { name: 'eject' }] },
    });
    expect(parseRecord(['--help'])).toEqual({ ok: true, value: 'help' });
  });

  it('takes what goes with an action, a repeated option as often as it is given', () => {
    const make = [
      'make',
      '--form',
      'vehicle',
      '--serial',
      'VL20260077',
      '--field',
      'plate=京A12345',
      '--field',
      'use=X',
    ];
    expect(parseRecord(['licence-printer-yimen-ref1', ...AT, 'x.hex', ...make])).toMatchObject({
      ok: true,
      value: {
        actions: [
          {
            name: 'make',
            args: { form: 'vehicle', blankSerial: 'VL20260077', fields: { plate: '京A12345', use: 'X' } },
          },
        ],
      },
    });
  });

  it('takes the mask of a driver whose bytes are personal', () => {
    expect(parseRecord([CHIP, ...AT, 'x.hex'])).toMatchObject({
      ok: true,
      value: { createMask: expect.any(Function) as unknown },
    });
  });

  it.each([
    [[], 'expected a DRIVER'],
    [['toString', ...AT, 'x'], 'no driver "toString"'],
    [[CARD, 'x'], 'expected --at'],
    [['gm65', ...AT, 'x'], 'no driver "gm65" (did you mean qr-reader-hikvision-gm65?); expected one of'],
    [[CARD, '--at', 'usb:1', 'x'], 'expected tcp:HOST:PORT, serial:'],
    [[CARD, '--at', 'pcsc:', 'x'], 'expected pcsc:NAME'],
    [[CARD, ...AT], 'expected a FILE'],
    [[CARD, ...AT, 'x', 'watch'], 'no action "watch"'],
    [[CARD, ...AT, 'x', 'print'], 'no action "print"'],
    [[CARD, ...AT, 'x', '--text', 'y'], 'nothing here takes --text'],
    [[CHIP, ...AT, 'x', 'read'], 'read needs --mrz'],
    [[CHIP, ...AT, 'x', 'read', '--mrz', 'short'], '30 characters'],
    [[CHIP, ...AT, 'x', 'read', '--mrz', 'CSC500000113<3506101<9004126<8', '--can', '1'], 'six digits'],
    [['receipt-printer-epson-escpos', ...AT, 'x'], 'has no mask'],
    [[CARD, ...AT, 'x', '--loud'], 'see --help'],
  ])('%j is wrong use: %s', (args, sentence) => {
    expect(parseRecord(args)).toMatchObject(says(sentence));
  });
});

describe('replay command line', () => {
  it('needs a driver and a file', () => {
    expect(parseReplay([CARD, 'x.hex', '--json'])).toMatchObject({
      ok: true,
      value: { driver: CARD, file: 'x.hex', isJson: true },
    });
  });

  it.each([
    [[], 'expected a DRIVER'],
    [[CARD], 'expected a FILE'],
    [[CARD, 'x', 'y'], 'one FILE'],
    [[CARD, 'x', ...AT], 'needs no device'],
  ])('%j is wrong use: %s', (args, sentence) => {
    expect(parseReplay(args)).toMatchObject(says(sentence));
  });
});
