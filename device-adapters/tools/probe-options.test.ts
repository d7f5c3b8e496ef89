import { describe, expect, it } from 'vitest';
import { parseProbe } from './probe-options.ts';

const AT = ['--at', 'tcp:127.0.0.1:7101'];
const CARD = 'card-unit-creator-crt591';
const ENDORSER = 'endorsement-printer-yimen-ref1';
const TERMINAL = 'payment-terminal-yimen-ref1';
const READER = 'id-card-reader-gb-sdt';
const PRINTER = 'receipt-printer-epson-escpos';
const SCANNER = 'qr-reader-hikvision-gm65';
const FINGER = 'fingerprint-yimen-ref1';
const PAD = 'signature-pad-yimen-ref1';
const CABINET = 'cabinet-io-modbus-any';
const LICENCE = 'licence-printer-yimen-ref1';
const LOCKER = 'document-locker-yimen-ref1';

describe('probe command line', () => {
  it('alone lists the drivers; --help helps', () => {
    expect(parseProbe([])).toEqual({ ok: true, value: { call: 'list', isJson: false } });
    expect(parseProbe(['--json'])).toEqual({ ok: true, value: { call: 'list', isJson: true } });
    expect(parseProbe(['--help', 'whatever'])).toEqual({ ok: true, value: { call: 'help' } });
    expect(parseProbe([CARD, '--help'])).toEqual({ ok: true, value: { call: 'help', driver: CARD } });
  });

  it('reads driver, place and action in any order', () => {
    for (const args of [
      [CARD, ...AT, 'eject', '--json'],
      ['--json', ...AT, CARD, 'eject'],
    ]) {
      expect(parseProbe(args)).toMatchObject({
        ok: true,
        value: {
          call: 'run',
          options: { driver: CARD, name: 'eject', isJson: true, where: { host: '127.0.0.1', port: 7101 } },
        },
      });
    }
  });

  it('makes one slip of a text and a QR code', () => {
    const slipOf = (...args: string[]): unknown => {
      const parsed = parseProbe([PRINTER, ...AT, 'print', ...args]);
      if (!parsed.ok || parsed.value.call !== 'run') return parsed;
      const { action, texts } = parsed.value.options;
      return 'verb' in action.does ? action.does.args(texts) : action;
    };
    const text = { kind: 'text', text: '你好' };
    expect(slipOf('--text', '你好')).toEqual({ ok: true, value: { slip: { lines: [text] } } });
    expect(slipOf('--text', '你好', '--qr', 'x')).toEqual({
      ok: true,
      value: { slip: { lines: [text, { kind: 'qr', data: 'x' }] } },
    });
  });

  it('asks after a bill, and reads a card’s back masked or not', () => {
    const parsed = parseProbe([TERMINAL, ...AT, 'query', '--bill', 'bill-1']);
    const { action, texts } = parsed.ok && parsed.value.call === 'run' ? parsed.value.options : {};
    expect(action && 'verb' in action.does && action.does.args(texts ?? {})).toEqual({
      ok: true,
      value: { billRef: 'bill-1' },
    });
    for (const more of [[], ['--unmasked']])
      expect(parseProbe([ENDORSER, ...AT, 'read', ...more])).toMatchObject({ ok: true, value: { call: 'run' } });
  });

  it('reads a chip with the line of the card’s back, and with the card access number where it is given', () => {
    const argsOf = (...args: string[]): unknown => {
      const parsed = parseProbe(['travel-document-icao-9303', ...AT, 'read', ...args]);
      if (!parsed.ok || parsed.value.call !== 'run') return parsed;
      const { action, texts } = parsed.value.options;
      return 'verb' in action.does ? action.does.args(texts) : action;
    };
    const line = ['--mrz', 'CSC500000113<3506101<9004126<8'];
    const page = { documentNumber: 'C50000011', birth: '900412', expiry: '350610' };
    expect(argsOf(...line)).toEqual({ ok: true, value: { access: page } });
    expect(argsOf(...line, '--can', '500011')).toEqual({ ok: true, value: { access: { ...page, can: '500011' } } });
    for (const can of ['50001', '5000110', '50001x', ''])
      expect(argsOf(...line, '--can', can)).toMatchObject({
        ok: false,
        error: expect.stringContaining('--can') as string,
      });
    expect(argsOf('--can', '500011')).toMatchObject({ ok: false, error: 'read needs --mrz' });
  });

  it('reads an ID card with or without fingerprint, its newest address, its reader’s number', () => {
    const argsOf = (...args: string[]): unknown => {
      const parsed = parseProbe([READER, ...AT, ...args]);
      if (!parsed.ok || parsed.value.call !== 'run') return parsed;
      const { action, texts } = parsed.value.options;
      return 'verb' in action.does ? [action.does.verb, action.does.args(texts)] : action;
    };
    expect(argsOf('read')).toEqual(['readIdentity', { ok: true, value: { fingerprint: false } }]);
    expect(argsOf('read', '--fingerprint', '--unmasked')).toEqual([
      'readIdentity',
      { ok: true, value: { fingerprint: true } },
    ]);
    expect(argsOf('address', '--unmasked')).toEqual(['readExtraAddress', { ok: true, value: {} }]);
    expect(argsOf('sam')).toEqual(['samIdentity', { ok: true, value: {} }]);
  });

  it('scans one code, masked or not', () => {
    for (const more of [[], ['--unmasked']])
      expect(parseProbe([SCANNER, ...AT, 'scan', ...more])).toMatchObject({
        ok: true,
        value: { options: { name: 'scan', action: { does: { verb: 'waitForCode' } } } },
      });
  });

  it('takes a fingerprint and a signature', () => {
    const argsOf = (...args: string[]): unknown => {
      const parsed = parseProbe(args);
      if (!parsed.ok || parsed.value.call !== 'run') return parsed;
      const { action, texts } = parsed.value.options;
      return 'verb' in action.does ? [action.does.verb, action.does.args(texts)] : action;
    };
    expect(argsOf(FINGER, ...AT, 'capture')).toEqual(['capture', { ok: true, value: { finger: 2 } }]);
    expect(argsOf(PAD, ...AT, 'capture')).toEqual(['capture', { ok: true, value: { prompt: '' } }]);
    expect(argsOf(PAD, ...AT, 'capture', '--text', '请签名')).toEqual([
      'capture',
      { ok: true, value: { prompt: '请签名' } },
    ]);
    expect(argsOf(PAD, ...AT, 'capture', '--text', '签'.repeat(61))).toMatchObject(['capture', { ok: false }]);
    for (const driver of [FINGER, PAD]) expect(argsOf(driver, ...AT, 'clear')).toMatchObject(['clear', { ok: true }]);
  });

  it('makes a licence of its fields, and fetches a document by its serial number', () => {
    const argsOf = (...args: string[]): unknown => {
      const parsed = parseProbe(args);
      if (!parsed.ok || parsed.value.call !== 'run') return parsed;
      const { action, texts } = parsed.value.options;
      return 'verb' in action.does ? [action.does.verb, action.does.args(texts), action.takesMs] : action;
    };
    const make = (...more: string[]): unknown => argsOf(LICENCE, ...AT, 'make', ...more);
    const form = ['--form', 'driving', '--serial', 'DL20260001'];
    expect(make(...form, '--field', 'name=李娜', '--field', 'remark=a=b')).toEqual([
      'make',
      { ok: true, value: { form: 'driving', blankSerial: 'DL20260001', fields: { name: '李娜', remark: 'a=b' } } },
      100_000,
    ]);
    for (const [args, sentence] of [
      [['--form', 'boat', '--serial', 'DL20260001', '--field', 'a=b'], '--form: expected driving or vehicle'],
      [['--form', 'vehicle', '--serial', 'dl1', '--field', 'a=b'], '--serial: expected 4 to 24 of A–Z and 0–9'],
      [[...form, '--field', 'name'], '--field: expected NAME=TEXT, once for each field'],
      [[...form, '--field', '=x'], '--field: expected NAME=TEXT, once for each field'],
      [[...form, '--field', 'a=1', '--field', 'a=2'], '--field: a is given twice'],
      [[...form, '--field', '9=x'], '--field: a name is letters and digits, a text at most 200 characters'],
    ] as const)
      expect(make(...args)).toEqual(['make', { ok: false, error: sentence }, 100_000]);
    expect(argsOf(LOCKER, ...AT, 'present', '--serial', 'C12345678')).toEqual([
      'present',
      { ok: true, value: { serial: 'C12345678' } },
      undefined,
    ]);
    for (const action of ['verify', 'present', 'retract', 'accept', 'units'])
      expect(argsOf(LICENCE, ...AT, action)).toEqual([expect.any(String), { ok: true, value: {} }, undefined]);
    for (const action of [['inventory', '--unmasked'], ['read', '--unmasked'], ['retract'], ['units']])
      expect(argsOf(LOCKER, ...AT, ...action)).toEqual([expect.any(String), { ok: true, value: {} }, undefined]);
  });

  it('names a light or a door of a cabinet', () => {
    const argsOf = (...args: string[]): unknown => {
      const parsed = parseProbe([CABINET, '--at', 'modbus:tcp:127.0.0.1:7102#1', ...args]);
      if (!parsed.ok || parsed.value.call !== 'run') return parsed;
      const { action, texts } = parsed.value.options;
      return 'verb' in action.does ? [action.does.verb, action.does.args(texts)] : action;
    };
    expect(argsOf('light', '--name', 'status', '--state', 'slowFlash')).toEqual([
      'setLight',
      { ok: true, value: { light: 'status', state: 'slowFlash' } },
    ]);
    for (const [word, locked] of [
      ['lock', true],
      ['unlock', false],
    ] as const)
      expect(argsOf(word, '--name', 'front')).toEqual(['setLock', { ok: true, value: { door: 'front', locked } }]);
    const wrong = (...args: string[]): unknown => (argsOf(...args) as readonly unknown[])[1];
    expect(wrong('light', '--name', 'status', '--state', 'red')).toMatchObject({
      error: expect.stringContaining('--state: expected off') as string,
    });
    expect(wrong('lock', '--name', 'Front door')).toMatchObject({
      error: expect.stringContaining('--name: expected') as string,
    });
  });

  it.each([
    [[LICENCE, ...AT, 'make', '--form', 'driving', '--serial', 'DL20260001'], 'make needs --field'],
    [[LICENCE, ...AT, 'verify', '--unmasked'], 'nothing that is masked'],
    [
      [LICENCE, ...AT, 'jam'],
      'expected identify, status, selftest, watch, make, verify, present, retract, accept, units',
    ],
    [[LOCKER, ...AT, 'present'], 'present needs --serial'],
    [[LOCKER, ...AT, 'retract', '--serial', 'C12345678'], 'takes no --serial'],
    [[LOCKER, ...AT, 'look'], 'expected identify, status, selftest, watch, inventory, present, retract, read, units'],
    [[...AT], 'expected a DRIVER'],
    [['no-such-driver', ...AT, 'status'], 'no driver "no-such-driver"'],
    [['toString', ...AT, 'status'], 'no driver'],
    [[CARD, ...AT], 'expected an ACTION: identify, status, selftest, watch, accept, eject, capture'],
    [[CARD, ...AT, 'print'], 'has no action "print"'],
    [[CARD, ...AT, 'constructor'], 'has no action'],
    [[CARD, ...AT, 'eject', 'accept'], 'one action at a time'],
    [[CARD, 'status'], 'expected --at'],
    [
      ['crt591', ...AT, 'status'],
      'no driver "crt591" (did you mean card-unit-creator-crt591?); expected one of card-unit',
    ],
    [['toaster\nx', ...AT, 'status'], 'no driver "toaster x"; expected one of'],
    [[CARD, ...AT, 'idetify'], 'no action "idetify" (did you mean identify?); expected'],
    [[CARD, '--at', 'usb:1', 'status'], 'expected tcp:HOST:PORT, serial:'],
    [[CARD, '--at', 'serial:/dev/ttyS1@fast', 'status'], 'expected serial:/dev/PATH@BAUD'],
    [[CARD, '--at', 'modbus:/dev/ttyS1@9600#300', 'status'], 'expected unit 1 to 247'],
    [[CARD, '--at', 'modbus:tcp:127.0.0.1#1', 'status'], 'expected tcp:HOST:PORT'],
    [[CARD, '--at', 'pcsc:', 'status'], 'expected pcsc:NAME'],
    [[CARD, '--at', 'hid:12', 'status'], 'expected hid:VID:PID'],
    [[CARD, '--at', 'ipp:localhost', 'status'], 'expected ipp://HOST'],
    [[CARD, '--at', 'sane:', 'status'], 'expected sane:'],
    [[CARD, '--at', 'v4l2:', 'status'], 'expected v4l2:'],
    [[CARD, '--at', 'serial:/dev/ttyUSB0', 'status'], 'expected serial:/dev/PATH@BAUD'],
    [[CARD, '--at', 'exec:', 'status'], 'expected exec:COMMAND'],
    [[CARD, '--at', 'tcp:127.0.0.1', 'status'], 'expected tcp:HOST:PORT'],
    [[CARD, '--at', 'tcp:127.0.0.1:70000', 'status'], 'expected tcp:HOST:PORT'],
    [[CARD, ...AT, 'status', '--text', 'x'], 'takes no --text'],
    [[PRINTER, ...AT, 'print', '--qr', 'x'], '--text'],
    [[TERMINAL, ...AT, 'query'], 'query needs --bill'],
    [[TERMINAL, ...AT, 'charge', '--bill', 'x'], 'has no action "charge"'],
    [[ENDORSER, ...AT, 'take', '--unmasked'], 'nothing that is masked'],
    [[ENDORSER, ...AT, 'jam'], 'expected identify, status, selftest, watch, take, erase, read, handback'],
    [[CARD, ...AT, 'status', '--unmasked'], 'nothing that is masked'],
    [[READER, ...AT, 'sam', '--unmasked'], 'nothing that is masked'],
    [[READER, ...AT, 'address', '--fingerprint'], 'takes no --fingerprint'],
    [[READER, ...AT, 'read', '--mrz', 'x'], 'takes no --mrz'],
    [[SCANNER, ...AT, 'scan', '--text', 'x'], 'takes no --text'],
    [[READER, ...AT, 'write'], 'expected identify, status, selftest, watch, read, address, sam'],
    [[FINGER, ...AT, 'capture', '--unmasked'], 'nothing that is masked'],
    [[PAD, ...AT, 'sign'], 'expected identify, status, selftest, watch, capture, clear'],
    [[CABINET, ...AT, 'light', '--name', 'status'], 'light needs --state'],
    [[CABINET, ...AT, 'unlock'], 'unlock needs --name'],
    [[CABINET, ...AT, 'sensors', '--name', 'front'], 'takes no --name'],
    [[CABINET, '--at', 'modbus:/dev/ttyS1@9600', 'status'], '#UNIT'],
    [[CARD, ...AT, 'status', '--loud'], 'see --help'],
    [[CARD, '--at'], 'see --help'],
  ])('%j is wrong use: %s', (args, sentence) => {
    const parsed = parseProbe(args);
    expect(parsed).toMatchObject({ ok: false, error: expect.stringContaining(sentence) as string });
    expect(parsed.ok ? '' : parsed.error).not.toMatch(/\p{Cc}/u);
  });
});
