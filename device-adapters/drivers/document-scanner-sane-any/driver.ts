import { toHex, err, ok, type Result } from '@yimen/contracts/base';
import type { Description, DeviceStatus, Fault, Op } from '@yimen/contracts/device';
import { CommandQueue } from '../../driver-kit/command-queue.ts';
import { canceledFault, unsupportedFault } from '../../driver-kit/device-faults.ts';
import type { CreateDriver, Driver, DriverContext, EffectResult } from '../../driver-kit/driver.ts';
import { SANE_LIMITS } from './limits.table.ts';
import { PageDesk } from './page-desk.ts';
import { capabilityFault, scanPages, type OwnWords, type ScanWish } from './scan.ts';
import { Scanner } from './scanner.ts';

const ID = 'document-scanner-sane-any';
const AT = 'sane:';
const ANY_DEVICE = '*';
const SCAN_ID_BYTES = 8;

/** Options: `device` (*), `glass`, `feeder`, `grey`, `colour` (README.md). */
class SaneDriver implements Driver {
  readonly id = ID;
  readonly kind = 'document-scanner';
  readonly #context: DriverContext;
  readonly #scanner: Scanner;
  readonly #words: OwnWords;
  readonly #desk = new PageDesk();
  /** One public call at a time. */
  readonly #calls = new CommandQueue();
  /** Scans under way or waiting; `cancel` ends them all. */
  readonly #scans = new Set<AbortController>();
  #isScanning = false;

  constructor(context: DriverContext) {
    this.#context = context;
    this.#words = wordsOf(context);
    this.#scanner = new Scanner({ ...context, driver: ID, device: deviceOf(context) });
  }

  describe(): Promise<Result<Description, Fault>> {
    return this.#calls.run(async () => {
      const ready = await this.#scanner.ready(this.#deadlineAt(Number.POSITIVE_INFINITY));
      if (!ready.ok) return ready;
      return ok({
        driver: this.id,
        kind: this.kind,
        ...this.#scanner.identity,
        at: this.#context.at,
        mediaAtPowerOff: 'stay',
        evidence: [],
      });
    });
  }

  async status(maxAgeMs: number): Promise<DeviceStatus> {
    const { watcher } = this.#scanner;
    const isDue = (): boolean => maxAgeMs === 0 || !(watcher.ageMs() <= Math.max(maxAgeMs, SANE_LIMITS.lookEveryMs));
    // A scan tells by itself. What came of a look, the watcher knows.
    if (!this.#isScanning && isDue())
      void (await this.#calls.run<unknown>(async () =>
        isDue() ? this.#scanner.ready(this.#deadlineAt(Number.POSITIVE_INFINITY)) : ok(undefined),
      ));
    return watcher.current;
  }

  onStatus(fn: (changed: Partial<DeviceStatus>) => void): () => void {
    return this.#scanner.watcher.onStatus(fn);
  }

  /** Paper in the feeder stays where it is: all destinations are one. */
  async reset(op: Op, _to: 'exit' | 'retain' | 'stay'): Promise<EffectResult> {
    this.#endScans();
    return this.#inspected(op, () => undefined);
  }

  async selfTest(op: Op): Promise<EffectResult> {
    return this.#inspected(op, (look) => capabilityFault(look, this.#words));
  }

  async perform(verb: string): Promise<EffectResult> {
    return notDone(unsupportedFault(verb));
  }

  async read(verb: string, deadlineMs: number, args: unknown, signal: AbortSignal): Promise<Result<unknown, Fault>> {
    switch (verb) {
      case 'scan':
        return this.#scan(args as ScanWish, deadlineMs, signal);
      case 'readPage': {
        const { scanId, page, offset } = args as { scanId: string; page: number; offset: number };
        return this.#desk.read(scanId, page, offset);
      }
      case 'cancel':
        this.#endScans();
        // Behind what was ended.
        return this.#calls.run(async () => ok({}));
      default:
        return err(unsupportedFault(verb));
    }
  }

  close(): Promise<void> {
    this.#endScans();
    return this.#scanner.link.close();
  }

  async #scan(wish: ScanWish, deadlineMs: number, lease: AbortSignal): Promise<Result<unknown, Fault>> {
    const deadlineAt = this.#deadlineAt(deadlineMs);
    const own = new AbortController();
    this.#scans.add(own);
    this.#desk.forget();
    const scanned = await this.#calls.run(async () => {
      this.#desk.forget();
      this.#isScanning = true;
      const signal = AbortSignal.any([lease, own.signal]);
      try {
        return signal.aborted ? err(canceledFault()) : await this.#kept(wish, { deadlineAt, signal }, lease);
      } finally {
        this.#isScanning = false;
      }
    });
    this.#scans.delete(own);
    return scanned;
  }

  async #kept(
    wish: ScanWish,
    until: { deadlineAt: number; signal: AbortSignal },
    lease: AbortSignal,
  ): Promise<Result<unknown, Fault>> {
    const scanned = await scanPages(this.#scanner, wish, this.#words, until);
    if (!scanned.ok) return scanned;
    const scanId = toHex(this.#context.random(SCAN_ID_BYTES));
    this.#desk.keep(
      scanId,
      scanned.value.map(({ png }) => png),
      lease,
    );
    const pages = scanned.value.map(({ png, width, height, sha256 }) => ({ bytes: png.length, width, height, sha256 }));
    return ok({ scanId, pages });
  }

  #endScans(): void {
    for (const scan of this.#scans) scan.abort();
    this.#desk.forget();
  }

  /** Seen anew, within the operation's time. */
  async #inspected(
    op: Op,
    judge: (look: Parameters<typeof capabilityFault>[0]) => Fault | undefined,
  ): Promise<EffectResult> {
    const deadlineAt = this.#deadlineAt(op.deadlineMs);
    const ready = await this.#calls.run(() => {
      this.#scanner.doubt();
      return this.#scanner.ready(deadlineAt);
    });
    if (!ready.ok) return notDone(ready.error);
    // A scanner that answers can still say that its cover is open.
    const fault = this.#scanner.watcher.current.fault ?? judge(ready.value.look);
    if (fault !== undefined) return notDone(fault);
    return { outcome: 'done', evidence: [], completedAt: this.#context.clock.wallMs() };
  }

  #deadlineAt(deadlineMs: number): number {
    return this.#context.clock.monoMs() + deadlineMs;
  }
}

function deviceOf({ at, options }: DriverContext): string {
  const { device } = options;
  if (typeof device === 'string' && device !== '') return device;
  return at.startsWith(AT) ? at.slice(AT.length) : ANY_DEVICE;
}

function wordsOf({ options }: DriverContext): OwnWords {
  const names = ['glass', 'feeder', 'grey', 'colour'] as const;
  return Object.fromEntries(
    names.flatMap((name) => (typeof options[name] === 'string' ? [[name, options[name]]] : [])),
  );
}

function notDone(fault: Fault): EffectResult {
  return { outcome: 'notDone', evidence: [], fault };
}

/** A scanner behind SANE on whatever channel the host hands in. */
export const createSaneScanner: CreateDriver = (context) => new SaneDriver(context);
