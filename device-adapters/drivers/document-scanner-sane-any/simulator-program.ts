import type { CancelTimer } from '@yimen/contracts/base';
import type { SimulatorContext } from '../../testing/simulated-device.ts';
import { commandOf, type Batch, type Command } from './simulator-arguments.ts';
import type { CarriedRun, RunEnd } from './simulator-carrier.ts';
import type { OwnFault } from './simulator-faults.table.ts';
import { optionsText, settingsOf, type Settings, type Sensors } from './simulator-options.ts';
import type { PaperPath } from './simulator-paper.ts';
import { ScanPages, type PageEnd } from './simulator-pages.ts';
import { PACE, SANE, SANE_WORDS, SIGNAL } from './simulator-words.table.ts';

/** As a list tells it. */
export interface ListedScanner {
  readonly name: string;
  readonly vendor: string;
  readonly model: string;
  readonly type: string;
}

interface ProgramParts {
  readonly context: SimulatorContext;
  readonly paper: PaperPath;
  readonly faults: ReadonlySet<OwnFault>;
  readonly listed: ListedScanner;
  readonly sensors: () => Sensors | undefined;
  readonly onChange: () => void;
  readonly onEnd: (end: RunEnd, files: readonly Uint8Array[]) => void;
}

const FOLDER = '{folder}/';
const NO_FORMAT = 'Output format is not set, using pnm as a default.\n';
const NOBODY = '\nNo scanners were identified.\n';
const VERSION = 'scanimage (sane-backends) 1.1.1; backend version 1.1.1\n';
const OPEN_FAULTS = [
  ['scanner-off', SANE.inval],
  ['busy', SANE.busy],
  ['access-denied', SANE.accessDenied],
  ['hardware-broken', SANE.ioError],
] as const;

/** One run of scanimage, from its arguments to its end. */
export class Program {
  readonly #parts: ProgramParts;
  readonly #run: CarriedRun;
  readonly #deadline: CancelTimer;
  readonly #files: { readonly name: string; readonly bytes: Uint8Array }[] = [];
  #next: CancelTimer | undefined;
  #pages: ScanPages | undefined;
  #stderr = '';
  #isOver = false;

  constructor(run: CarriedRun, parts: ProgramParts) {
    this.#run = run;
    this.#parts = parts;
    this.#deadline = parts.context.clock.after(run.deadlineMs, () =>
      this.#end({ how: 'signalled', code: SIGNAL.kill, why: 'deadline' }),
    );
    const command = commandOf(run.args);
    if (command.ok) this.#begin(command.value);
    else this.#after(0, () => this.#exit(1, command.error));
  }

  /** The page that is under way; 0 none. */
  get page(): number {
    return this.#pages?.page ?? 0;
  }

  /** SIGINT. Before a scan it ends the program; in one it is asked to stop, and killed when it does not. */
  cancel(): void {
    const pages = this.#pages;
    if (pages === undefined)
      return this.#after(0, () => this.#end({ how: 'signalled', code: SIGNAL.int, why: 'cancelled' }));
    this.#say('scanimage: received signal 2\nscanimage: trying to stop scanner\n');
    if (this.#parts.faults.has('hang'))
      return this.#after(PACE.killMs, () => this.#end({ how: 'signalled', code: SIGNAL.kill, why: 'cancelled' }));
    this.#after(PACE.stopMs, () => {
      this.#say(pages.stopped());
      this.#end({ how: 'exited', code: SANE.ioError, why: 'cancelled' });
    });
  }

  /** The channel is gone: nobody waits for its end. */
  kill(): void {
    this.#isOver = true;
    this.#deadline();
    this.#next?.();
    for (const { bytes } of this.#files) bytes.fill(0);
  }

  #begin(command: Command): void {
    const { act } = command;
    if (act !== 'list' && act !== 'formatted-list' && act !== 'version' && command.format === undefined)
      this.#say(NO_FORMAT);
    if (act === 'version') return this.#after(0, () => this.#exit(0, '', VERSION));
    if (act === 'list' || act === 'formatted-list')
      return this.#after(PACE.listMs, () => this.#exit(0, '', this.#list(command)));
    if (!this.#parts.faults.has('hang-at-open')) this.#after(PACE.openMs, () => this.#open(command));
  }

  #list({ act, listFormat }: Command): string {
    const { faults, listed } = this.#parts;
    if (faults.has('scanner-off')) return act === 'list' ? NOBODY : '';
    const { name, vendor, model, type } = listed;
    if (act === 'list') return `device \`${name}' is a ${vendor} ${model} ${type}\n`;
    const words: Readonly<Record<string, string>> = {
      d: name,
      v: vendor,
      m: model,
      t: type,
      i: '0',
      n: '\n',
      '%': '%',
    };
    return listFormat.replace(/%(.)/gs, (whole, letter: string) => words[letter] ?? whole);
  }

  #open(command: Command): void {
    const { faults, listed, sensors } = this.#parts;
    const name = command.device ?? listed.name;
    if (command.device === undefined && faults.has('scanner-off'))
      return this.#exit(1, 'scanimage: no SANE devices found');
    const status = name === listed.name ? OPEN_FAULTS.find(([fault]) => faults.has(fault))?.[1] : SANE.inval;
    if (status !== undefined) return this.#exit(1, `scanimage: open of device ${name} failed: ${SANE_WORDS[status]}`);
    const settings = settingsOf(command.settings);
    if (!settings.ok) return this.#exit(1, settings.error);
    this.#say(settings.value.notes);
    if (command.act === 'options') return this.#exit(0, '', optionsText(name, sensors()));
    this.#scan(command, settings.value);
  }

  #scan({ format, batch }: Command, settings: Settings): void {
    // Only this one is drawn here.
    if (format !== 'png') return this.#exit(1, `Unknown output image format '${format ?? 'pnm'}'.`);
    const pages = new ScanPages({ ...this.#parts, settings, batch });
    this.#pages = pages;
    this.#say(pages.heading);
    if (batch !== undefined && !batch.pattern.startsWith(FOLDER)) return this.#cannotWrite(batch);
    this.#page(pages, batch);
    this.#parts.onChange();
  }

  #cannotWrite(batch: Batch): void {
    this.#say('Scanning page 1\n');
    this.#exit(SANE.accessDenied, `cannot open ${fileName(batch.pattern, batch.start)}.part`);
  }

  #page(pages: ScanPages, batch: Batch | undefined): void {
    const started = pages.start();
    this.#say(started.says);
    if ('code' in started) return this.#exit(started.code, '');
    if (this.#parts.faults.has('hang')) return;
    this.#after(pages.paceMs, () => this.#pageIsDue(pages, batch, pages.read()));
  }

  #pageIsDue(pages: ScanPages, batch: Batch | undefined, read: PageEnd): void {
    this.#say(read.says);
    if ('signal' in read) return this.#end({ how: 'signalled', code: read.signal });
    if ('code' in read) return this.#exit(read.code, '');
    if (batch === undefined) return this.#exit(0, '', read.png);
    this.#files.push({ name: fileName(batch.pattern.slice(FOLDER.length), read.number), bytes: read.png });
    const bytes = this.#files.reduce((sum, file) => sum + file.bytes.length, 0);
    if (this.#parts.faults.has('too-much') || bytes > this.#run.outputBytes)
      return this.#end({ how: 'signalled', code: SIGNAL.kill, why: 'tooLarge' });
    this.#page(pages, batch);
    this.#parts.onChange();
  }

  #say(text: string): void {
    // Only its end is ever told.
    this.#stderr = (this.#stderr + text).slice(-4_096);
  }

  #exit(code: number, says: string, stdout: string | Uint8Array = ''): void {
    if (says !== '') this.#say(`${says}\n`);
    const bytes = typeof stdout === 'string' ? new TextEncoder().encode(stdout) : stdout;
    this.#end({ how: 'exited', code }, bytes);
  }

  #end(end: Pick<RunEnd, 'how' | 'code' | 'why'>, stdout: Uint8Array = new Uint8Array(0)): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#deadline();
    this.#next?.();
    const files = end.why === 'tooLarge' ? [] : this.#files;
    const told = files.map(({ name, bytes }) => ({ name, bytes: bytes.length }));
    this.#parts.onEnd(
      { ...end, stderr: this.#stderr, stdout, files: told },
      files.map(({ bytes }) => bytes),
    );
  }

  #after(ms: number, then: () => void): void {
    const { clock, speed } = this.#parts.context;
    this.#next?.();
    this.#next = clock.after(speed === 'fast' ? 0 : ms, () => {
      if (!this.#isOver) then();
    });
  }
}

/** printf's `%d` and `%04d`. */
function fileName(pattern: string, number: number): string {
  return pattern.replace(/%0?(\d*)d/, (_, digits: string) => String(number).padStart(Number(digits), '0'));
}
