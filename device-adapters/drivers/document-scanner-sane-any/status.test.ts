import { describe, expect, it } from 'vitest';
import type { SaneEnd } from '../../framing/sane-run.ts';
import { lookOf, type RawLook } from './protocol.ts';
import { identityOf, isOver, statusOf, troubleOf, withSensors, type Trouble } from './status.ts';

const WELL: SaneEnd = {
  how: 'exited',
  code: 0,
  isKilledAtDeadline: false,
  isCancelled: false,
  isTooLarge: false,
  isKilledAtExit: false,
  stderr: '',
  stdout: new Uint8Array(0),
  files: [],
};
const ended = (more: Partial<SaneEnd>): Trouble => {
  const trouble = troubleOf({ ...WELL, ...more });
  if (trouble === undefined) throw new Error('no trouble');
  return trouble;
};

function look(lines: string): RawLook {
  const read = lookOf(new TextEncoder().encode(`All options specific to device \`x':\n${lines}`));
  if (read === undefined) throw new Error('no look');
  return read;
}
const SAID_JAM =
  'Scanning page 1\nscanimage: sane_read: Document feeder jammed\nScanned page 1. (scanner status = 6)\n';
const sensor = (name: string, value: string): RawLook => look(`    --${name}[=(yes|no)] [${value}] [hardware]\n`);

describe('how a run ended', () => {
  it('well', () => {
    expect(troubleOf(WELL)).toBeUndefined();
    expect(troubleOf({ ...WELL, stderr: 'scanimage: received signal 13' })).toBeUndefined();
    // All was scanned and said; only its end did not come.
    expect(troubleOf({ ...WELL, how: 'signalled', code: 9, isKilledAtExit: true })).toBeUndefined();
  });

  it.each([
    [1, 'unsupportedCommand', 'configuration', 'online', {}],
    [2, 'canceled', 'suspend', 'online', {}],
    [3, 'deviceBusy', 'suspend', 'deviceBusy', {}],
    [4, 'hardwareError', 'reset', 'hardwareError', {}],
    [5, 'hardwareError', 'reset', 'hardwareError', {}],
    [6, 'jamming', 'clear', 'hardwareError', { isJammed: true, isLasting: true }],
    [7, 'noMedia', 'clear', 'online', {}],
    [8, 'coverOpen', 'clear', 'hardwareError', { isLasting: true }],
    [9, 'hardwareError', 'reset', 'hardwareError', {}],
    [10, 'hardwareError', 'reset', 'hardwareError', {}],
    [11, 'configuration', 'configuration', 'hardwareError', {}],
    [12, 'hardwareError', 'reset', 'hardwareError', {}],
    [255, 'hardwareError', 'reset', 'hardwareError', {}],
  ] as const)('exit code %i: %s', (code, word, action, device, more) => {
    const trouble = ended({ code });
    expect(trouble).toEqual({
      fault: { code: word, message: expect.any(String) as string, action, vendorCode: `sane-${code}` },
      device,
      ...more,
    });
  });

  it.each([
    ['Device busy', 'deviceBusy', 'deviceBusy'],
    ['Document feeder jammed', 'jamming', 'hardwareError'],
    ['Scanner cover is open', 'coverOpen', 'hardwareError'],
    ['Error during device I/O', 'hardwareError', 'hardwareError'],
    ['Out of memory', 'hardwareError', 'hardwareError'],
    ['Access to resource has been denied', 'configuration', 'hardwareError'],
    ['Invalid argument', 'offline', 'noDevice'],
    ['Something else', 'offline', 'noDevice'],
  ])('exit code 1, it could not be opened: %s', (words, code, device) => {
    const stderr = `scanimage: open of device a:b c failed: ${words}\n`;
    expect(ended({ code: 1, stderr })).toMatchObject({ fault: { code }, device });
  });

  it('exit code 1, an option was not taken', () => {
    const stderr = 'scanimage: setting of option --source failed (Invalid argument)\n';
    const { fault, device } = ended({ code: 1, stderr });
    expect([fault.code, device, fault.message]).toEqual([
      'configuration',
      'online',
      expect.stringContaining('--source') as string,
    ]);
  });

  it.each([
    ['an abort under a shell', { code: 134 }, 'hardwareError', 'signal-6'],
    ['an abort', { how: 'signalled', code: 6 }, 'hardwareError', 'signal-6'],
    ['a crash', { how: 'signalled', code: 11 }, 'hardwareError', 'signal-11'],
    ['its deadline', { how: 'signalled', code: 9, isKilledAtDeadline: true }, 'timeOut', undefined],
    ['too many bytes', { how: 'signalled', code: 9, isTooLarge: true }, 'hardwareError', 'too-large'],
    ['a jam that ended with 0', { code: 0, stderr: SAID_JAM }, 'jamming', 'sane-6'],
    ['a jam that hung', { how: 'signalled', code: 9, isKilledAtDeadline: true, stderr: SAID_JAM }, 'jamming', 'sane-6'],
    [
      'a jam that did not exit',
      { how: 'signalled', code: 9, isKilledAtExit: true, stderr: SAID_JAM },
      'jamming',
      'sane-6',
    ],
    [
      'an empty feeder that ended with 0',
      { code: 0, stderr: 'scanimage: sane_start: Document feeder out of documents' },
      'noMedia',
      'sane-7',
    ],
    ['an exit code that says more than the words', { code: 8, stderr: SAID_JAM }, 'coverOpen', 'sane-8'],
    ['a cancel', { code: 9, isCancelled: true }, 'canceled', undefined],
    ['a cancel that came too late', { code: 0, isCancelled: true }, 'canceled', undefined],
    ['a cancel that it did not hear', { how: 'signalled', code: 9, isCancelled: true }, 'canceled', undefined],
  ] as const)('%s', (_, end, code, vendorCode) => {
    expect(ended(end).fault).toMatchObject({ code, ...(vendorCode !== undefined && { vendorCode }) });
  });
});

describe('what the sensors say of a failure', () => {
  const jam = ended({ code: 6 });

  it('a double feed by its sensor or by a word, in place of the jam', () => {
    for (const [stderr, seen] of [
      ['', sensor('double-feed', 'yes')],
      ['Double feed detected', undefined],
      ['multifeed', look('')],
    ] as const)
      expect(withSensors(jam, stderr, seen)).toMatchObject({
        fault: { code: 'doubleDetect', action: 'clear' },
        device: 'online',
      });
  });

  it('an open cover, in place of anything but a double feed', () => {
    expect(withSensors(ended({ code: 9 }), '', sensor('cover-open', 'yes')).fault.code).toBe('coverOpen');
  });

  it('nothing: it stays what it is; a cancel always does', () => {
    for (const seen of [undefined, look(''), sensor('double-feed', 'no'), sensor('cover-open', 'no')])
      expect(withSensors(jam, 'scanimage: sane_read: Document feeder jammed', seen)).toBe(jam);
    const cancel = ended({ isCancelled: true });
    expect(withSensors(cancel, 'double feed', sensor('double-feed', 'yes'))).toBe(cancel);
  });
});

describe('the status', () => {
  it('well; media only by a sensor', () => {
    expect(statusOf(look(''), undefined)).toEqual({ device: 'online', supplies: {}, units: {} });
    expect(statusOf(sensor('page-loaded', 'yes'), undefined)).toMatchObject({ device: 'online', media: 'present' });
    expect(statusOf(sensor('page-loaded', 'no'), undefined)).toMatchObject({ media: 'notPresent' });
  });

  it('an open cover; a jam that an earlier scan met', () => {
    expect(statusOf(sensor('cover-open', 'yes'), undefined)).toMatchObject({
      device: 'hardwareError',
      fault: { code: 'coverOpen' },
      action: 'clear',
    });
    expect(statusOf(look(''), ended({ code: 6 }))).toMatchObject({
      device: 'hardwareError',
      media: 'jammed',
      fault: { code: 'jamming' },
      action: 'clear',
    });
  });

  it('only a cover sensor can say that it is over', () => {
    const [jam, cover] = [ended({ code: 6 }), ended({ code: 8 })];
    expect(isOver(cover, sensor('cover-open', 'no'))).toBe(true);
    expect(isOver(cover, sensor('cover-open', 'yes'))).toBe(false);
    expect(isOver(cover, look(''))).toBe(false);
    expect(isOver(jam, sensor('cover-open', 'no'))).toBe(false);
  });
});

describe('who it is', () => {
  it.each([
    ['test:0', 'Noname', 'tester', 'Noname tester', 'test:0'],
    ['fujitsu:fi-7160:123456', 'FUJITSU', 'fi-7160', 'FUJITSU fi-7160', '123456'],
    ['hpaio:/usb/HP_X?serial=CN12', 'HP', 'X', 'HP X', 'CN12'],
    ['epson2:libusb:001:004', 'Epson', 'V39', 'Epson V39', 'epson2:libusb'],
    ['net:host:a', '', '', 'net:host:a', 'net:host:a'],
  ])('%s', (name, vendor, model, shown, serial) => {
    expect(identityOf({ name, vendor, model })).toEqual({ model: shown, serial, firmware: null });
  });
});
