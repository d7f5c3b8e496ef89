import { describe, expect, it } from 'vitest';
import { parseProbe } from './probe-options.ts';

const AT = ['--at', 'tcp:127.0.0.1:7101'];
const CARD = 'card-unit-creator-crt591';

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

  it.each([
    [[...AT], 'expected a DRIVER'],
    [['no-such-driver', ...AT, 'status'], 'no driver "no-such-driver"'],
    [['toString', ...AT, 'status'], 'no driver'],
    [[CARD, ...AT], 'expected an ACTION: identify, status, selftest, watch, accept, eject, capture'],
    [[CARD, ...AT, 'print'], 'has no action "print"'],
    [[CARD, ...AT, 'constructor'], 'has no action'],
    [[CARD, ...AT, 'eject', 'accept'], 'one action at a time'],
    [[CARD, 'status'], 'expected --at'],
    [[CARD, '--at', 'serial:/dev/ttyUSB0', 'status'], 'not built yet'],
    [[CARD, '--at', 'tcp:127.0.0.1', 'status'], 'expected tcp:HOST:PORT'],
    [[CARD, '--at', 'tcp:127.0.0.1:70000', 'status'], 'expected tcp:HOST:PORT'],
    [[CARD, ...AT, 'status', '--text', 'x'], 'takes no --text'],
    [[CARD, ...AT, 'status', '--unmasked'], 'nothing that is masked'],
    [[CARD, ...AT, 'status', '--loud'], 'see --help'],
    [[CARD, '--at'], 'see --help'],
  ])('%j is wrong use: %s', (args, sentence) => {
    expect(parseProbe(args)).toMatchObject({ ok: false, error: expect.stringContaining(sentence) as string });
  });
});
