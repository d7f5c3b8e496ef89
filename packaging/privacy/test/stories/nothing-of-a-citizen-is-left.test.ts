import { beforeAll, describe, expect, it } from 'vitest';
import { isWiped, runWipe, type WipeResult } from '../../run-wipe.ts';

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
  }, 110_000);

  it('everything was looked at: every process, every file', () => {
    expect(results.map(({ cameToIt }) => cameToIt)).toEqual([true, true, true]);
    expect(results.flatMap(({ unread }) => unread)).toEqual([]);
    for (const { bytes } of results) expect(bytes).toBeGreaterThan(100_000_000);
  });

  it('nothing of him is in core, in a session, in the launcher, in a file, a name, an argument', () => {
    expect(results.flatMap(({ left }) => left.terminal)).toEqual([]);
  });

  it('no picture, finger or signature is in the device host, and next to nothing else', () => {
    const bytes = /face|picture|templates|finger|signature|photo|frame/u;
    const left = results.flatMap(({ left: { deviceHost } }) => deviceHost);
    expect(left.filter(({ labels }) => bytes.test(labels.join()))).toEqual([]);
    // What a driver still does when its session has ended holds its arguments until it is through (README).
    expect(results.map(isWiped)).toEqual([true, true, true]);
  });
});

describe('a citizen whose session lives (control)', () => {
  it('is found in it', async () => {
    const [here] = await runWipe({ visits: [{ service: 'exit.endorse', moment: 'stays' }] });
    const inSession = here?.left.terminal.filter(({ place }) => place.startsWith('memory start/session-demo.ts')) ?? [];
    const found = new Set(inSession.flatMap(({ labels }) => labels.map((label) => label.split(' / ')[0])));
    expect([...found]).toEqual(expect.arrayContaining(['permit-li-na number', 'phone']));
  });
});
