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

describe('probe command line', () => {
  it('alone lists the drivers; --help helps', () => {
    expect(parseProbe([])).toEqual({ ok: true, value: { call: 'list', isJson: false } });
    expect(parseProbe(['--json'])).toEqual({ ok: true, value: { call: 'list', isJson: true } });
    expect(parseProbe(['--help', 'whatever'])).toEqual({ ok: true, value: { call: 'help' } });
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

  it.each([
    [[...AT], 'expected a DRIVER'],
    [['no-such-driver', ...AT, 'status'], 'no driver "no-such-driver"'],
    [['toString', ...AT, 'status'], 'no driver'],
    [[CARD, ...AT], 'expected an ACTION: identify, status, selftest, watch, accept, eject, capture'],
    [[CARD, ...AT, 'print'], 'has no action "print"'],
    [[CARD, ...AT, 'constructor'], 'has no action'],
    [[CARD, ...AT, 'eject', 'accept'], 'one action at a time'],
    [[CARD, 'status'], 'expected --at'],
    [[CARD, '--at', 'pcsc:NAME', 'status'], 'not built yet'],
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
    [[CARD, ...AT, 'status', '--loud'], 'see --help'],
    [[CARD, '--at'], 'see --help'],
  ])('%j is wrong use: %s', (args, sentence) => {
    expect(parseProbe(args)).toMatchObject({ ok: false, error: expect.stringContaining(sentence) as string });
  });
});
