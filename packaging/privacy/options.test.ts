import { CATALOGUE } from '@yimen/contracts/service';
import { describe, expect, it } from 'vitest';
import { readPrivacyOptions } from './options.ts';

const ALL = CATALOGUE.map(({ id }) => id);

describe('which services', () => {
  it.each([
    [[], ALL],
    [['--services', 'all'], ALL],
    [['exit.pay', '--services', 'all'], ALL],
    [['exit.pay'], ['exit.pay']],
    [
      ['--services', 'exit.pay,veh.licence'],
      ['exit.pay', 'veh.licence'],
    ],
    [
      ['hh.idapply', '--services', 'exit.pay'],
      ['hh.idapply', 'exit.pay'],
    ],
  ])('%j', (args, services) => {
    expect(readPrivacyOptions(args)).toMatchObject({ ok: true, value: { services } });
  });

  it.each([[['--services', 'exit.pay,none']], [['--services', '']], [['none']]])('%j is wrong', (args) => {
    expect(readPrivacyOptions(args)).toMatchObject({ ok: false, error: { code: 'WRONG_OPTION' } });
  });
});
