/** What an ESC/POS printer sends back, told apart by bit pattern and never by order: bytes `10 04 n` inside printed
 *  data are executed too, so a status byte may come unasked. */
export type EscposItem =
  /** Answer to DLE EOT n: one byte 0xx1xx10. Which `n` it answers is the asker's to know. */
  | { readonly kind: 'realtime'; readonly byte: number }
  /** Automatic status (GS a): four bytes, the first 0xx1xx00, the others 0xx0xxxx. */
  | { readonly kind: 'automatic'; readonly bytes: readonly [number, number, number, number] }
  /** Information block (GS I n): 5F, printable text, 00. */
  | { readonly kind: 'information'; readonly text: string }
  | { readonly kind: 'discarded'; readonly bytes: Uint8Array };

/** Bounds of the classifier, in bytes. A printer's name is at most 80 characters long. */
export const ESCPOS_STATUS = { automaticBytes: 4, informationBytes: 82 } as const;

type Look =
  | { readonly kind: 'item'; readonly item: EscposItem; readonly bytes: number }
  | { readonly kind: 'garbage' }
  | { readonly kind: 'needMore' };

/** Sorts a printer's byte stream. Bits 1 and 4 of a byte tell what it is: a DLE EOT answer that falls between the four
 *  bytes of an automatic status is taken out and the four are still put together. On anything else one byte is dropped
 *  and the rest looked at again. Memory stays below one information block.
 *  @source Epson ESC/POS command reference, DLE EOT, GS a, GS I (bit positions: README of the driver) */
export class EscposStatusClassifier {
  #held: number[] = [];
  #discardedBytes = 0;

  /** All bytes given up since the classifier was made. */
  get discardedBytes(): number {
    return this.#discardedBytes;
  }

  /** Bytes that wait for the rest of their message. */
  get heldBytes(): number {
    return this.#held.length;
  }

  push(chunk: Uint8Array): EscposItem[] {
    const items: EscposItem[] = [];
    for (const byte of chunk) {
      this.#held.push(byte);
      this.#cut(items, false);
    }
    return joinDiscarded(items);
  }

  /** The line was quiet too long: what is held is no message. */
  flush(): EscposItem[] {
    const items: EscposItem[] = [];
    this.#cut(items, true);
    return joinDiscarded(items);
  }

  #cut(items: EscposItem[], quiet: boolean): void {
    while (this.#held.length > 0) {
      if (this.#takeInterleaved(items)) continue;
      const look = lookAt(this.#held);
      if (look.kind === 'needMore' && !quiet) return;
      if (look.kind === 'item') {
        this.#held.splice(0, look.bytes);
        items.push(look.item);
      } else {
        const [dropped = 0] = this.#held.splice(0, 1);
        this.#discardedBytes += 1;
        items.push({ kind: 'discarded', bytes: Uint8Array.of(dropped) });
      }
    }
  }

  /** A real-time answer is sent at once, also between the bytes of an automatic status. */
  #takeInterleaved(items: EscposItem[]): boolean {
    const [first = 0] = this.#held;
    const last = this.#held.at(-1) ?? 0;
    if (!isAutomaticFirst(first) || this.#held.length < 2 || !isRealtime(last)) return false;
    this.#held.pop();
    items.push({ kind: 'realtime', byte: last });
    return true;
  }
}

/** 0xx1xx10 */
function isRealtime(byte: number): boolean {
  return (byte & 0x93) === 0x12;
}

/** 0xx1xx00 */
function isAutomaticFirst(byte: number): boolean {
  return (byte & 0x93) === 0x10;
}

/** 0xx0xxxx */
function isAutomaticNext(byte: number): boolean {
  return (byte & 0x90) === 0;
}

function lookAt(held: readonly number[]): Look {
  const [first = 0] = held;
  if (isRealtime(first)) return { kind: 'item', item: { kind: 'realtime', byte: first }, bytes: 1 };
  if (isAutomaticFirst(first)) return lookAtAutomatic(held);
  if (first === 0x5f) return lookAtInformation(held);
  return { kind: 'garbage' };
}

function lookAtAutomatic(held: readonly number[]): Look {
  const [a = 0, b, c, d] = held;
  for (const next of [b, c, d]) {
    if (next === undefined) return { kind: 'needMore' };
    if (!isAutomaticNext(next)) return { kind: 'garbage' };
  }
  const bytes = [a, b ?? 0, c ?? 0, d ?? 0] as const;
  return { kind: 'item', item: { kind: 'automatic', bytes }, bytes: ESCPOS_STATUS.automaticBytes };
}

function lookAtInformation(held: readonly number[]): Look {
  for (let i = 1; i < held.length; i += 1) {
    const byte = held[i] ?? 0;
    if (byte === 0) {
      const text = String.fromCharCode(...held.slice(1, i));
      return { kind: 'item', item: { kind: 'information', text }, bytes: i + 1 };
    }
    if (byte < 0x20 || byte > 0x7e) return { kind: 'garbage' };
  }
  return held.length < ESCPOS_STATUS.informationBytes ? { kind: 'needMore' } : { kind: 'garbage' };
}

/** One item per run of garbage, so that a noisy line does not flood its reader. */
function joinDiscarded(items: readonly EscposItem[]): EscposItem[] {
  const joined: EscposItem[] = [];
  let run: number[] = [];
  const endRun = (): void => {
    if (run.length > 0) joined.push({ kind: 'discarded', bytes: Uint8Array.from(run) });
    run = [];
  };
  for (const item of items) {
    if (item.kind === 'discarded') {
      run.push(item.bytes[0] ?? 0);
      continue;
    }
    endRun();
    joined.push(item);
  }
  endRun();
  return joined;
}
