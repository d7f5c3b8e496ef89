import { it } from 'vitest';
import { answering, atAnotherSpeed, noise, silence, type LineEnd } from '../bad-lines.ts';
import { probeLine } from '../probe-in-process.ts';
import { PROBE_SUBJECTS, simulatedDevices } from '../probe-subjects.table.ts';
import { CATALOGUE } from '../../registry/catalogue.ts';
import { seededRandom } from '../../testing/contract-bench.ts';
import { appendFileSync, mkdtempSync } from 'node:fs';
import type { ManualClock } from '@yimen/contracts/testing';
const OUTF = process.env['EXPLORE_OUT'] ?? '';
const hex = (s: string) => Uint8Array.from(Buffer.from(s.replaceAll(' ', ''), 'hex'));
const devs = (clock: ManualClock) => simulatedDevices({ clock, random: seededRandom(3), speed: 'real' });
const dev = (clock: ManualClock, id: string) => { const d = devs(clock).get(id); if (!d) throw new Error(id); return d; };
const kindOf = (d: string) => CATALOGUE[d]!.kind;
void kindOf;
const next = (d: string) => { const i = PROBE_SUBJECTS.findIndex((s) => s.driver === d); return PROBE_SUBJECTS[(i + 5) % PROBE_SUBJECTS.length]!.driver; };
const CASES: Record<string, (d: string) => (c: ManualClock) => LineEnd> = Object.fromEntries(PROBE_SUBJECTS.map(({ driver }) => [driver, () => (c: ManualClock) => dev(c, driver)]));
void silence; void noise; void answering; void atAnotherSpeed; void hex; void next;
it.each(PROBE_SUBJECTS)('$driver', { timeout: 120_000 }, async ({ driver, action }) => {
  const dir = mkdtempSync('/tmp/explore-');
  for (const [name, make] of Object.entries(CASES))
    for (const act of [['identify'], ['status'], action.map((w) => w.replace('OUT', `${dir}/${name}`))]) {
      const t = performance.now();
      let line;
      try {
        const p = await probeLine([driver, '--at', 'tcp:127.0.0.1:7101', ...act], make(driver));
        line = `${p.status} ${p.ms}ms ${act[0] === 'status' && p.status === 0 && name !== driver ? p.out.replaceAll(/\s+/g, ' ') : ''} ${p.err.trim().split('\n').slice(1).join(' | ')}`;
      } catch (e) { line = 'THROW ' + String(e); }
      appendFileSync(OUTF, `${driver}\t${name}\t${act[0]}\t${line}\t(${Math.round(performance.now() - t)} real)\n`);
    }
});
