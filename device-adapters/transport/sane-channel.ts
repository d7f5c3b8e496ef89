import { err, ok, type CancelTimer, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { createSaneMessageCutter, encodeSaneMessage, SANE_KIND, type SaneMessage } from '../framing/sane-message.ts';
import { decodeSaneRun, decodeSaneTake, encodeSaneEnd, SANE_BOUNDS, type SaneRun } from '../framing/sane-run.ts';
import { LIMITS } from '../limits.table.ts';
import type { ByteChannel, CloseReason, OpenChannel } from './byte-channel.ts';
import { ChunkQueue } from './chunk-queue.ts';
import { filesOf, makeRunFolder, pagesFolder, readWhole, sweepFolders, wipeFolder } from './sane-folder.ts';
import { ProgramRun, type ProgramEnd } from './sane-program.ts';

export interface SaneOptions {
  readonly clock: Clock;
  /** SANE's own settings; else what the host's environment says. */
  readonly saneConfigDir?: string;
  /** Where runs have their folders; else `pagesFolder`. */
  readonly folder?: string;
  /** In place of `scanimage`. */
  readonly program?: string;
}

/** The run that is under way. */
interface Running {
  readonly number: number;
  program: ProgramRun | undefined;
  isCancelled: boolean;
}

const FOLDER_WORD = '{folder}';
const NONE = new Uint8Array(0);

/** scanimage as a byte channel: carrier messages in, one run of the program each, carrier messages out. Pages lie here
 *  until they are taken, and nowhere else once the program has ended. */
class SaneChannel implements ByteChannel {
  readonly chunks = new ChunkQueue();
  readonly closed: Promise<CloseReason>;
  readonly #options: SaneOptions;
  readonly #cutter = createSaneMessageCutter();
  #running: Running | undefined;
  /** Settles when nothing of the last run is on its way any more. */
  #settled: Promise<void> = Promise.resolve();
  #kept: (Uint8Array | undefined)[] = [];
  #piece: Uint8Array = NONE;
  #reason: CloseReason | undefined;
  #settle: (reason: CloseReason) => void = () => undefined;

  constructor(options: SaneOptions) {
    this.#options = options;
    this.closed = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  async write(bytes: Uint8Array): Promise<Result<void, Fault>> {
    if (this.#reason !== undefined) return err(offline('the channel is closed'));
    for (const cut of this.#cutter.push(bytes)) {
      // Between a driver and its carrier in one process nothing is lost: this is a mistake of ours.
      const mistake = cut.kind === 'discarded' ? 'what was written is no request' : this.#take(cut.frame);
      if (mistake !== undefined) this.#end(lost(mistake));
      if (this.#reason !== undefined) return err(offline('the request was not taken'));
    }
    return ok(undefined);
  }

  /** Resolves when the program is gone and its folder with it. */
  async close(): Promise<void> {
    this.#end({ why: 'closed' });
    await this.#settled;
  }

  /** @returns why it is no request; `undefined`: it was taken */
  #take({ kind, number, payload }: SaneMessage): string | undefined {
    if (kind === SANE_KIND.cancel) {
      if (this.#running?.number === number) this.#cancel();
      return undefined;
    }
    if (this.#running !== undefined) return 'two requests at once';
    this.#piece.fill(0);
    switch (kind) {
      case SANE_KIND.run: {
        const run = decodeSaneRun(payload);
        if (run === undefined) return 'no such run';
        this.#settled = this.#run(number, run);
        return undefined;
      }
      case SANE_KIND.take: {
        const take = decodeSaneTake(payload);
        if (take === undefined) return 'no such piece';
        this.#answer(SANE_KIND.piece, number, this.#pieceOf(take.file, take.offset, take.most));
        return undefined;
      }
      case SANE_KIND.forget:
        this.#forget();
        this.#answer(SANE_KIND.forgotten, number, NONE);
        return undefined;
      default:
        return 'an unknown request';
    }
  }

  #cancel(): void {
    if (this.#running === undefined) return;
    this.#running.isCancelled = true;
    this.#running.program?.cancel();
  }

  /** Never rejects: it is waited for when the channel closes. */
  async #run(number: number, run: SaneRun): Promise<void> {
    const running: Running = { number, program: undefined, isCancelled: false };
    this.#running = running;
    this.#forget();
    let folder: string | undefined;
    try {
      folder = await makeRunFolder(this.#options.folder ?? pagesFolder());
      await this.#runIn(folder, running, run);
    } catch (error) {
      this.#end(lost(`no folder for its pages: ${codeOf(error)}`));
    } finally {
      if (folder !== undefined) await wipeFolder(folder);
    }
  }

  async #runIn(folder: string, running: Running, run: SaneRun): Promise<void> {
    const { clock } = this.#options;
    const started = await ProgramRun.start({
      clock,
      program: programOf(this.#options),
      args: run.args.map((arg) => arg.replaceAll(FOLDER_WORD, folder)),
      env: environmentOf(this.#options, folder),
      deadlineMs: run.deadlineMs,
    });
    if (!started.ok) return this.#end(lost(`scanimage does not start: ${started.error}`));
    const program = started.value;
    running.program = program;
    if (this.#reason !== undefined) program.kill();
    else if (running.isCancelled) program.cancel();
    const stopCounting = countBytes(clock, folder, () => program.killTooLarge(), run.outputBytes);
    const end = await program.ended;
    stopCounting();
    await this.#ended(running.number, folder, run, end);
  }

  async #ended(number: number, folder: string, run: SaneRun, end: ProgramEnd): Promise<void> {
    const whole = (await filesOf(folder)).filter(({ name }) => !name.endsWith('.part'));
    const files = whole.slice(0, SANE_BOUNDS.files);
    const bytes = whole.reduce((sum, file) => sum + file.bytes, 0);
    // It may have grown too large between two counts.
    const isTooLarge = end.isTooLarge || bytes > Math.min(run.outputBytes, LIMITS.saneRunBytes);
    if (!isTooLarge && this.#reason === undefined)
      for (const file of files) this.#kept.push(await readWhole(folder, file));
    // Not told before no page lies in the folder any more.
    await wipeFolder(folder);
    this.#running = undefined;
    if (this.#reason !== undefined) return this.#forget();
    const told = this.#kept.map((page, at) => ({ name: files[at]?.name ?? '', bytes: page?.length ?? 0 }));
    this.#answer(SANE_KIND.ended, number, encodeSaneEnd({ ...end, isTooLarge, files: told }));
  }

  #pieceOf(file: number, offset: number, most: number): Uint8Array {
    const page = this.#kept[file];
    if (page === undefined || offset >= page.length) return NONE;
    const piece = page.slice(offset, offset + most);
    if (offset + piece.length === page.length) {
      page.fill(0);
      this.#kept[file] = undefined;
    }
    return piece;
  }

  #answer(kind: number, number: number, payload: Uint8Array): void {
    const message = encodeSaneMessage({ kind, number, payload });
    if (kind === SANE_KIND.piece) {
      payload.fill(0);
      this.#piece = message;
    }
    this.chunks.push(message);
  }

  #forget(): void {
    for (const page of this.#kept) page?.fill(0);
    this.#kept = [];
  }

  #end(reason: CloseReason): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#running?.program?.kill();
    this.#forget();
    this.chunks.end(reason.why === 'closed');
    this.#piece.fill(0);
    this.#cutter.flush();
    this.#settle(reason);
  }
}

/** Opens a channel to SANE's scanners on this machine. What an earlier host left behind goes first.
 *  @fault configuration there is no scanimage, or it is none; offline it does not answer. */
export function openSane(options: SaneOptions): OpenChannel {
  return async (deadlineMs) => {
    const folder = options.folder ?? pagesFolder();
    await sweepFolders(folder);
    const started = await ProgramRun.start({
      clock: options.clock,
      program: programOf(options),
      args: ['--version'],
      env: environmentOf(options, folder),
      deadlineMs: Math.min(deadlineMs, LIMITS.saneVersionMs),
    });
    if (!started.ok) return err(startFault(started.error));
    const { isKilledAtDeadline, stdout } = await started.value.ended;
    if (isKilledAtDeadline) return err(offline('scanimage does not answer'));
    if (!Buffer.from(stdout).toString('latin1').startsWith('scanimage '))
      return err(configuration('what answers is not scanimage; install the Debian package sane-utils'));
    return ok(new SaneChannel({ ...options, folder }));
  };
}

function programOf(options: SaneOptions): string {
  return options.program ?? 'scanimage';
}

/** Only what SANE needs, its messages in English, and its own temporary files where ours are. */
function environmentOf({ saneConfigDir }: SaneOptions, folder: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => /^(?:PATH|HOME|SANE_.*)$/.test(name));
  const config = saneConfigDir === undefined ? {} : { SANE_CONFIG_DIR: saneConfigDir };
  return { ...Object.fromEntries(own), ...config, LC_ALL: 'C', TMPDIR: folder };
}

/** Counts until it is stopped: a backend without end must not fill the memory. */
function countBytes(clock: Clock, folder: string, onTooMany: () => void, most: number): () => void {
  let cancel: CancelTimer = () => undefined;
  let isStopped = false;
  const count = async (): Promise<void> => {
    const files = await filesOf(folder);
    if (isStopped) return;
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    if (bytes > Math.min(most, LIMITS.saneRunBytes)) onTooMany();
    else cancel = clock.after(LIMITS.saneCountMs, () => void count());
  };
  cancel = clock.after(LIMITS.saneCountMs, () => void count());
  return () => {
    isStopped = true;
    cancel();
  };
}

function startFault(code: string): Fault {
  if (code === 'ENOENT') return configuration('there is no scanimage; install the Debian package sane-utils');
  return configuration(`scanimage may not be run: ${code}; check its rights`);
}

function configuration(detail: string): Fault {
  return { code: 'configuration', message: `sane: ${detail}`, action: 'configuration' };
}

function lost(detail: string): CloseReason {
  return { why: 'lost', detail: `sane: ${detail}` };
}

function offline(detail: string): Fault {
  return { code: 'offline', message: `sane: ${detail}`, action: 'reset' };
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown';
}
