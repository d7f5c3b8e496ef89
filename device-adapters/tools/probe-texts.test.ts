import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../registry/catalogue.ts';
import { actionsOf } from './probe-actions.table.ts';
import { parseProbe } from './probe-options.ts';
import { helpText, listText, probeList } from './probe-texts.ts';
import { WHERE_TABLE } from './where-forms.table.ts';

/** An example as the shell takes it apart: quotes keep words together. */
function words(example: string): string[] {
  return [...example.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}

describe('the list', () => {
  it('has every driver with its actions, every carrier with an example, and what is plugged in', () => {
    const text = listText(probeList([{ where: 'pcsc:ACS', says: 'card reader, no chip' }]));
    for (const [driver, { says, kind }] of Object.entries(CATALOGUE))
      expect(text).toContain(`  ${driver}\n      ${says}\n      ${Object.keys(actionsOf(kind)).join(', ')}\n`);
    for (const { form, example } of Object.values(WHERE_TABLE)) {
      expect(text).toContain(`  ${form}\n`);
      expect(text).toContain(`      npm run probe -- ${example}\n`);
    }
    expect(text.endsWith('  pcsc:ACS\n      card reader, no chip\n')).toBe(true);
    expect(listText(probeList([]))).toMatch(/Plugged in here: .*\n {2}nothing\n$/);
  });

  it('fits an ordinary terminal’s 132 columns', () => {
    for (const line of listText(probeList([])).split('\n')) expect(line.length, line).toBeLessThanOrEqual(132);
  });

  it.each(Object.entries(WHERE_TABLE))('the example for %s is right use of that carrier', (carrier, { example }) => {
    expect(parseProbe(words(example))).toMatchObject({
      ok: true,
      value: { call: 'run', options: { where: { carrier } } },
    });
  });
});

it('--help of a driver tells each action with its options', () => {
  for (const [driver, { kind }] of Object.entries(CATALOGUE)) {
    const text = helpText(driver);
    for (const [name, { says }] of Object.entries(actionsOf(kind)))
      expect(
        text.split('\n').some((line) => line.startsWith(`  ${name} `) && line.endsWith(`  ${says}`)),
        name,
      ).toBe(true);
  }
  expect(helpText()).toContain('DRIVER --at WHERE ACTION');
});
