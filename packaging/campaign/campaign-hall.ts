import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Hall } from '../citizen/walk.ts';
import { CABINET } from '../start/cabinet.table.ts';
import { runFolder } from '../start/data-folder.ts';
import { startDemonstration, type Demonstration } from '../start/demonstration.ts';
import { DEMO_HALLS } from '../start/halls.table.ts';
import { freePortBase } from '../start/ports.ts';
import { forgetDeath, orderDeath, type Death } from './death.ts';
import {
  journalFindings,
  readFleet,
  readGateway,
  readJournal,
  serialsIn,
  type BenchView,
  type Evidence,
  type Offices,
  type TerminalStatus,
} from './evidence.ts';

/** Programs that die on order, in place of the product's own. */
const ENTRIES = {
  core: join(import.meta.dirname, 'core-that-dies.ts'),
  session: join(import.meta.dirname, 'session-that-dies.ts'),
};
/** A broken start on a busy machine is tried once more before it is somebody's fault. */
const START_TRIES = 2;
const ASK_MS = 5_000;
const EVIDENCE_TRIES = 10;
/** The fleet has a row within this, as a rule. */
const EVIDENCE_PAUSE_MS = 1_000;
const HANDS = ['qr-reader', 'fingerprint', 'id-card-reader', 'document-scanner', 'receipt-printer', 'document-printer'];
const COUNTED = ['licence-printer', 'document-locker'];

/** One demonstration of a campaign: everything real, in a data folder and on ports of its own. */
export class CampaignHall {
  readonly portBase: number;
  readonly dataDir: string;
  readonly #running: Demonstration;
  #firstSerials: Record<string, readonly string[]> = {};

  private constructor(portBase: number, dataDir: string, running: Demonstration) {
    this.portBase = portBase;
    this.dataDir = dataDir;
    this.#running = running;
    process.once('exit', this.#forget);
  }

  static async open(say: (line: string) => void): Promise<CampaignHall> {
    for (let tries = 1; ; tries += 1) {
      const dataDir = mkdtempSync(join(tmpdir(), 'yimen-campaign-'));
      const portBase = await freePortBase();
      try {
        const hall = new CampaignHall(portBase, dataDir, await start(portBase, dataDir, say));
        const bench = await hall.bench();
        for (const device of COUNTED) hall.#firstSerials[device] = serialsIn(bench, device).map(({ serial }) => serial);
        return hall;
      } catch (error) {
        rmSync(dataDir, { recursive: true, force: true });
        if (tries >= START_TRIES) throw error;
      }
    }
  }

  /** As a person reaches it. */
  get doors(): Hall {
    const { citizen, bench, sandbox } = this.#running.ready.urls;
    return { citizenUrl: citizen, benchUrl: bench, sandboxUrl: sandbox };
  }

  orderDeath(death: Death): void {
    orderDeath(this.#runDir, death);
  }

  /** @returns whether it was still open: nobody reached that boundary */
  forgetDeath(): boolean {
    return forgetDeath(this.#runDir);
  }

  bench(): Promise<BenchView> {
    return get<BenchView>(`${this.doors.benchUrl}/state`);
  }

  /** Undefined while core is away. */
  status(): Promise<TerminalStatus | undefined> {
    return get<TerminalStatus>(`${this.doors.citizenUrl}/status.json`).catch(() => undefined);
  }

  /** Hall staff after a session: every fault is off, nothing of the last citizen lies about, stacks are full. */
  async tidy(): Promise<void> {
    for (const { kind } of CABINET) await this.#hand(kind, 'clear');
    for (const kind of HANDS) await this.#hand(kind, 'take');
    await fetch(`${this.doors.sandboxUrl}/switches`, { method: 'DELETE', signal: AbortSignal.timeout(ASK_MS) }).catch(
      () => undefined,
    );
    await this.#hand('document-printer', 'put', { thing: 'paper-a4' });
    await this.#hand('document-printer', 'put', { thing: 'toner-cartridge' });
  }

  /** All stores at one moment: read again when the journal went on meanwhile (a device is asked how it is). */
  async evidence(): Promise<Evidence> {
    for (let tries = 1; ; tries += 1) {
      const evidence = await this.#evidenceNow();
      if (readJournal(this.dataDir).length === evidence.rows.length || tries >= EVIDENCE_TRIES) return evidence;
      await wait(EVIDENCE_PAUSE_MS);
    }
  }

  async #evidenceNow(): Promise<Evidence> {
    return {
      rows: readJournal(this.dataDir),
      journalFindings: journalFindings(this.dataDir),
      gateway: readGateway(this.dataDir),
      offices: await get<Offices>(`${this.doors.sandboxUrl}/state`),
      bench: await this.bench(),
      firstSerials: this.#firstSerials,
      acknowledgedSeq: (await this.status())?.acknowledgedSeq ?? 0,
      fleet: readFleet(this.dataDir, DEMO_HALLS[0]?.tid ?? ''),
    };
  }

  /** @param keep the data folder stays: somebody will want to look */
  async close(keep: boolean): Promise<void> {
    await this.#running.stop();
    process.off('exit', this.#forget);
    if (!keep) this.#forget();
  }

  /** Also when somebody stops the campaign in the middle: what nobody is told of is not left behind. */
  readonly #forget = (): void => {
    rmSync(this.dataDir, { recursive: true, force: true });
  };

  get #runDir(): string {
    return runFolder(this.dataDir);
  }

  /** A hand that finds nothing to do has done it. */
  async #hand(kind: string, verb: string, body: object = {}): Promise<void> {
    await fetch(`${this.doors.benchUrl}/devices/${kind}/${verb}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ASK_MS),
    }).catch(() => undefined);
  }
}

function start(portBase: number, dataDir: string, say: (line: string) => void): Promise<Demonstration> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  return startDemonstration(
    { portBase, dataDir, fresh: false, light: 0, speed: 'fast', kiosk: false, electron: false, json: true },
    say,
    ENTRIES,
  );
}

/** Asked again for a while: whoever answers may just have been killed. */
async function get<T>(url: string): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(ASK_MS) });
      if (answer.ok) return (await answer.json()) as T;
      throw new Error(`${url}: ${answer.status}`);
    } catch (error) {
      if (tries >= 20) throw error;
      await wait(250);
    }
  }
}
