import type { SimulatorContext } from '../../testing/simulated-device.ts';
import type { Batch } from './simulator-arguments.ts';
import type { OwnFault } from './simulator-faults.table.ts';
import type { Settings } from './simulator-options.ts';
import type { PaperPath, Sheet } from './simulator-paper.ts';
import { pictureOf } from './simulator-picture.ts';
import { pngOf } from './simulator-png.ts';
import { ABILITIES, PACE, SANE, SANE_WORDS, SIGNAL, type SaneStatus } from './simulator-words.table.ts';

interface PagesParts {
  readonly context: SimulatorContext;
  readonly paper: PaperPath;
  readonly faults: ReadonlySet<OwnFault>;
  readonly settings: Settings;
  readonly batch: Batch | undefined;
}

/** How a page ended: whole, or with it the whole run; and what scanimage says of it. */
export type PageEnd = { readonly says: string } & (
  | { readonly png: Uint8Array; readonly number: number }
  | { readonly code: number }
  | { readonly signal: number }
);

/** A damaged page: so much of it is left. */
const SHORT = 0.6;

/** The pages of one scan, one after another. */
export class ScanPages {
  readonly #parts: PagesParts;
  #done = 0;

  constructor(parts: PagesParts) {
    this.#parts = parts;
  }

  /** The page that is under way, from 1. */
  get page(): number {
    return this.#done + 1;
  }

  get paceMs(): number {
    const { window } = this.#parts.settings;
    return (this.#isFeeder ? PACE.feederMs : PACE.glassMs) * (window.isColour ? 2 : 1);
  }

  get heading(): string {
    const { batch } = this.#parts;
    if (batch === undefined) return '';
    const many = batch.count === Infinity ? 'infinity pages' : pagesText(batch.count);
    return `Scanning ${many}, incrementing by ${batch.increment}, numbering from ${batch.start}\n`;
  }

  /** `sane_start`: whether the next page can begin. */
  start(): { readonly says: string } | { readonly says: string; readonly code: number } {
    const { batch } = this.#parts;
    if (batch !== undefined && this.#done >= batch.count)
      return { says: this.#terminated(this.#done), code: SANE.good };
    const begins = batch === undefined ? '' : `Scanning page ${this.#number}\n`;
    const status = this.#hindrance();
    if (status === undefined) return { says: begins };
    const says = `${begins}scanimage: sane_start: ${SANE_WORDS[status]}\n${this.#terminated(this.#done)}`;
    // Whoever asked for all there are has got them.
    const isAll = status === SANE.noDocs && batch?.count === Infinity;
    return { says, code: isAll ? SANE.good : status };
  }

  /** `sane_read` to its end. */
  read(): PageEnd {
    const { paper, faults, settings } = this.#parts;
    const sheet = this.#isFeeder ? this.#draw() : (paper.now.glass ?? undefined);
    const status = this.#readFault();
    if (status !== undefined) return { says: this.#broken(status), code: status };
    if (faults.has('zero-file')) return { says: 'libpng error: No IDATs written into file\n', signal: SIGNAL.abort };
    const { window } = settings;
    const widthMm = faults.has('wrong-size') ? window.widthMm / 2 : window.widthMm;
    const whole = pngOf(pictureOf(sheet, { ...window, widthMm }));
    const png = faults.has('short-png') ? whole.slice(0, Math.floor(whole.length * SHORT)) : whole;
    const number = this.#number;
    this.#done += 1;
    paper.count();
    const says = this.#parts.batch === undefined ? '' : `Scanned page ${number}. (scanner status = ${SANE.eof})\n`;
    return { says, png, number };
  }

  /** What is said when a signal stops it; the sheet that is under way is put out. */
  stopped(): string {
    if (this.#isFeeder) this.#parts.paper.draw(1, 'through');
    return this.#broken(SANE.ioError);
  }

  get #isFeeder(): boolean {
    return this.#parts.settings.source !== ABILITIES.sources[0];
  }

  get #number(): number {
    const { start, increment } = this.#parts.batch ?? { start: 1, increment: 1 };
    return start + this.#done * increment;
  }

  #hindrance(): SaneStatus | undefined {
    const { paper, faults } = this.#parts;
    if (faults.has('cover-open')) return SANE.coverOpen;
    if (!this.#isFeeder) return undefined;
    if (paper.now.stuck.length > 0) return SANE.jammed;
    return faults.has('no-docs') || paper.now.feeder.length === 0 ? SANE.noDocs : undefined;
  }

  #draw(): Sheet | undefined {
    const { paper, faults } = this.#parts;
    const isPair = paper.now.feeder.length > 1;
    if (faults.has('jammed') || faults.has('cover-open')) return paper.draw(1, 'jam');
    if (faults.has('F48') && isPair) return paper.draw(2, 'double');
    return paper.draw(faults.has('double-unseen') && isPair ? 2 : 1, 'through');
  }

  #readFault(): SaneStatus | undefined {
    const { paper, faults } = this.#parts;
    if (faults.has('cover-open')) return SANE.coverOpen;
    if (this.#isFeeder && paper.now.stuck.length > 0) return SANE.jammed;
    if (faults.has('io-error')) return SANE.ioError;
    return faults.has('stop-pressed') ? SANE.cancelled : undefined;
  }

  #broken(status: SaneStatus): string {
    const said = `scanimage: sane_read: ${SANE_WORDS[status]}\n`;
    if (this.#parts.batch === undefined) return said;
    return `${said}Scanned page ${this.#number}. (scanner status = ${status})\n${this.#terminated(this.#done + 1)}`;
  }

  #terminated(pages: number): string {
    return this.#parts.batch === undefined ? '' : `Batch terminated, ${pagesText(pages)} scanned\n`;
  }
}

function pagesText(pages: number): string {
  return `${pages} ${pages === 1 ? 'page' : 'pages'}`;
}
