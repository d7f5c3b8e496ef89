import { beforeAll, describe, expect, it } from 'vitest';
import { runWipe } from '../../run-wipe.ts';
import { isWiped, type WipeResult } from '../../wipe-result.ts';

/** Reading another process's memory needs root, or a system that lets one user's processes read each other. */
describe('five seconds after a citizen', () => {
  let results: readonly WipeResult[] = [];

  beforeAll(async () => {
    results = await runWipe({
      visits: [
        { service: 'exit.endorse', moment: 'cancel' },
        { service: 'veh.licence', moment: 'crash' },
        { service: 'exit.prereg', moment: 'end' },
      ],
    });
  }, 240_000);

  it('everything was looked at: every process, every file', () => {
    expect(results.map(({ cameToIt }) => cameToIt)).toEqual([true, true, true]);
    expect(results.flatMap(({ unread }) => unread)).toEqual([]);
    for (const { bytes } of results) expect(bytes).toBeGreaterThan(100_000_000);
  });

  it('nothing of him is in core, session, device host, drivers, launcher, in a file, a name, an argument', () => {
    expect(results.flatMap(({ left }) => left.terminal)).toEqual([]);
    expect(results.map(isWiped)).toEqual([true, true, true]);
  });

  it('of these places, drivers and their host are some', () => {
    for (const { places } of results) expect(places).toEqual(expect.arrayContaining(['host/main.ts', 'host/child.ts']));
  });
});

describe('a citizen whose session lives (control)', () => {
  it('is found in it and in the drivers that serve him, but not in the host between them', async () => {
    const [here] = await runWipe({ visits: [{ service: 'exit.endorse', moment: 'stays' }] });
    const namesIn = (program: string): readonly string[] => {
      const hits = here?.left.terminal.filter(({ place }) => place.startsWith(`memory ${program}`)) ?? [];
      return [...new Set(hits.flatMap(({ labels }) => labels.map((label) => label.split(' / ')[0] ?? '')))];
    };
    expect(namesIn('start/session-demo.ts')).toEqual(expect.arrayContaining(['permit-li-na number', 'phone']));
    expect(namesIn('host/child.ts')).toContain('permit-li-na number');
    expect(namesIn('host/main.ts')).toEqual([]);
  });
});
