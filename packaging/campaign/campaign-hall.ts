import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Hall } from '../citizen/walk.ts';
import { CABINET } from '../start/cabinet.table.ts';
import { runFolder } from '../start/data-folder.ts';
import { startDemonstration, type Demonstration } from '../start/demonstration.ts';
import { DEMO_HALLS } from '../start/halls.table.ts';
import { freePortBase } from '../start/ports.ts';
import { forgetWhereabouts } from '../start/whereabouts.ts';
import { forgetDeath, orderDeath, takeDeathbed, type Death, type Deathbed } from './death.ts';
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
import type { HallDisk } from './hall-disk.ts';

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
  /** Under the terminal's own folders, where a campaign breaks disks; the world outside keeps the machine's. */
  readonly disk: HallDisk | undefined;
  #firstSerials: Record<string, readonly string[]> = {};

  /** Also when somebody stops the campaign in the middle: what nobody is told of is not left behind. */
  readonly #forget: () => void;

  private constructor(running: Demonstration, { portBase, dataDir, forget, disk }: Place) {
    this.portBase = portBase;
    this.dataDir = dataDir;
    this.#forget = forget;
    this.#running = running;
    this.disk = disk;
    if (disk !== undefined) running.supervisor.beforeAgain = () => disk.powered();
  }

  /** @param disk where core and the device host keep their files; closed with the hall */
  static async open(say: (line: string) => void, disk?: HallDisk): Promise<CampaignHall> {
    for (let tries = 1; ; tries += 1) {
      const place = await newPlace(disk);
      try {
        if (disk !== undefined) putOn(disk, place.dataDir);
        const hall = new CampaignHall(await start(place.portBase, place.dataDir, say), place);
        const bench = await hall.bench();
        for (const device of COUNTED) hall.#firstSerials[device] = serialsIn(bench, device).map(({ serial }) => serial);
        return hall;
      } catch (error) {
        process.off('exit', place.forget);
        place.forget();
        if (tries < START_TRIES) continue;
        await disk?.close(undefined);
        throw error;
      }
    }
  }

  /** As a person reaches it. */
  get doors(): Hall {
    const { citizen, bench, sandbox } = this.#running.ready.urls;
    return { citizenUrl: citizen, benchUrl: bench, sandboxUrl: sandbox };
  }

  orderDeath(death: Death): void {
    const disk = this.disk?.serverPid;
    orderDeath(this.#runDir, disk === undefined ? death : { ...death, disk });
  }

  /** What core had committed when it died on order; told once. */
  takeDeathbed(): Deathbed | undefined {
    return takeDeathbed(this.#runDir);
  }

  /** Pids by name. */
  pids(): Readonly<Record<string, number>> {
    return this.#running.supervisor.pids();
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
    await this.disk?.close(keep ? join(this.dataDir, 'kept') : undefined);
    process.off('exit', this.#forget);
    if (!keep) this.#forget();
  }

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

/** Where one demonstration works. */
interface Place {
  readonly portBase: number;
  readonly dataDir: string;
  readonly forget: () => void;
  readonly disk: HallDisk | undefined;
}

async function newPlace(disk: HallDisk | undefined): Promise<Place> {
  const dataDir = mkdtempSync(join(tmpdir(), 'yimen-campaign-'));
  const portBase = await freePortBase();
  const forget = (): void => {
    forgetWhereabouts(portBase);
    for (const folder of [dataDir, runFolder(dataDir)]) rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', forget);
  return { portBase, dataDir, forget, disk };
}

/** Everything that the terminal itself writes: core's folder and the device host's. */
function putOn(disk: HallDisk, dataDir: string): void {
  for (const name of ['core', 'devices']) {
    const place = join(disk.mountPoint, name);
    rmSync(place, { recursive: true, force: true });
    mkdirSync(place, { mode: 0o700 });
    symlinkSync(place, join(dataDir, name));
  }
}

function start(portBase: number, dataDir: string, say: (line: string) => void): Promise<Demonstration> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  return startDemonstration(
    {
      portBase,
      dataDir,
      fresh: false,
      light: 0,
      speed: 'fast',
      kiosk: false,
      electron: false,
      store: null,
      json: true,
    },
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
