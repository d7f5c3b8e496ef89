import { createHash } from 'node:crypto';
import { toHex } from '@yimen/contracts/base';
import type { Completion } from '../../testing/ref1-device/effect-memory.ts';
import { decodeText, text, type DeviceFields } from '../../testing/ref1-device/fields.ts';
import { RESULT } from '../../testing/ref1-device/model.ts';
import type { Motion } from '../../testing/ref1-device/motion.ts';
import { EVIDENCE, PRINTER_RESULT, PRINTER_TIMES } from './simulator-results.table.ts';
import type { CardTransport } from './simulator-transport.ts';

/** The panel has room for as many; what is printed over them pushes the oldest out. */
const PANEL_LINES = 8;
/** The chip counts endorsements in one byte. */
const CHIP_FULL = 255;

/** Head, chip writer and scanner, over the panel of the card that is inside. */
export class Panel {
  /** Prints since the first day of this bench. */
  prints = 0;
  readonly #transport: CardTransport;
  readonly #faults: ReadonlySet<string>;

  constructor(transport: CardTransport, faults: ReadonlySet<string>) {
    this.#transport = transport;
    this.#faults = faults;
  }

  get lines(): readonly string[] {
    return this.#transport.card?.panel ?? [];
  }

  erasing(): Motion {
    const keep = (from: number): void => {
      const { card } = this.#transport;
      if (card !== undefined) card.panel = card.panel.slice(from);
    };
    const half = (): undefined => {
      this.#transport.hasTouched = true;
      keep(Math.ceil(this.lines.length / 2));
    };
    const end = (): Completion => {
      keep(this.lines.length);
      return { result: RESULT.well, motion: 1 };
    };
    return { name: 'erase', ms: PRINTER_TIMES.erase, moments: [{ at: 0.45, run: half }], end };
  }

  /** The chip first, then line by line, then a look at the whole. */
  printing(asked: readonly string[]): Motion {
    const lines = asked.map((line) => this.#asPrinted(line));
    const moments = [
      { at: 0.1, run: () => this.#writeChip() },
      ...lines.map((line, i) => ({ at: 0.25 + (0.55 * i) / lines.length, run: () => this.#burn(line) })),
      { at: 0.55, run: () => (this.#faults.has('F27') ? this.#transport.jam() : undefined) },
    ];
    const end = (): Completion => {
      this.prints += 1;
      const isFaint = this.#faults.has('print-faint');
      if (!isFaint) return { result: RESULT.well, motion: 1, ...this.readBackOf(asked) };
      return { result: PRINTER_RESULT.printQuality, motion: 1, fields: [{ tag: 0x46, value: digestOf(asked) }] };
    };
    return { name: 'print', ms: PRINTER_TIMES.print, moments, end };
  }

  /** What the scanner sees now, beside what was asked for. */
  readBackOf(asked: readonly string[]): Pick<Completion, 'evidence' | 'fields'> {
    const seen = digestOf(this.lines);
    return {
      evidence: [{ kind: EVIDENCE.readBack, access: EVIDENCE.inside, detail: toHex(seen) }],
      fields: [
        { tag: 0x43, value: seen },
        { tag: 0x46, value: digestOf(asked) },
      ],
    };
  }

  scan(): Completion {
    const { card } = this.#transport;
    if (card === undefined) return { result: PRINTER_RESULT.noCard };
    return {
      result: RESULT.well,
      fields: [
        ...(this.#faults.has('scanner-blind') ? [] : [text(0x41, card.mrz)]),
        ...card.panel.map((line) => text(0x42, line)),
        { tag: 0x43, value: digestOf(card.panel) },
      ],
    };
  }

  #writeChip(): Completion | undefined {
    const { card } = this.#transport;
    if (card === undefined) return { result: PRINTER_RESULT.noCard, motion: 0 };
    if (this.#faults.has('encode-fail') || card.chip === 'mute' || card.endorsementCounter >= CHIP_FULL)
      return { result: PRINTER_RESULT.encodeFail, motion: 0 };
    this.#transport.hasTouched = true;
    card.endorsementCounter += 1;
    return undefined;
  }

  #burn(line: string): undefined {
    const { card } = this.#transport;
    if (card !== undefined) card.panel = [...card.panel, line].slice(-PANEL_LINES);
  }

  #asPrinted(line: string): string {
    if (this.#faults.has('F18')) return line.slice(0, -1) + (line.endsWith('0') ? '1' : '0');
    return this.#faults.has('print-faint') ? line.replaceAll(/[^ ]/gu, '?') : line;
  }
}

/** The lines of a print command: one to eight, of ASCII. `undefined` when they are anything else. */
export function linesOf(fields: DeviceFields): readonly string[] | undefined {
  const lines = fields.all(0x40).map((value) => decodeText(value, 80));
  const isFit = lines.every((line) => line !== undefined && /^[\x20-\x7e]+$/.test(line));
  return lines.length >= 1 && lines.length <= PANEL_LINES && isFit
    ? lines.filter((line) => line !== undefined)
    : undefined;
}

/** SHA-256 over the recognised lines, each followed by 0A. */
function digestOf(lines: readonly string[]): Uint8Array<ArrayBuffer> {
  const hash = createHash('sha256');
  for (const line of lines) hash.update(`${line}\n`);
  return Uint8Array.from(hash.digest());
}
