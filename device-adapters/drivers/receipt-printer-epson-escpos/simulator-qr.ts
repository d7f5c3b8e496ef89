/** Largest symbol: 7,089 digits. */
const LARGEST_DATA = 7_089;
const DATA_SHARE = { 48: 0.76, 49: 0.62, 50: 0.46, 51: 0.35 } as const;
type Correction = keyof typeof DATA_SHARE;

/** What GS ( k says about QR codes.
 *  @source Epson ESC/POS command reference, GS ( k <Function 165> model, <167> size of a module, <169> error correction,
 *  <180> store, <181> print; cn = 49 */
export class SymbolStore {
  #moduleDots = 3;
  #correction: Correction = 48;
  #data = new Uint8Array(0);

  initialise(): void {
    this.#moduleDots = 3;
    this.#correction = 48;
    this.#data = new Uint8Array(0);
  }

  /** @param parameters everything after fn
   *  @returns whether that is something this printer does */
  set(fn: number, parameters: Uint8Array): boolean {
    const [first = 0] = parameters;
    switch (fn) {
      case 65:
        return parameters.length === 2 && (first === 49 || first === 50);
      case 67:
        if (parameters.length !== 1 || first < 1 || first > 16) return false;
        this.#moduleDots = first;
        return true;
      case 69:
        if (parameters.length !== 1 || !isCorrection(first)) return false;
        this.#correction = first;
        return true;
      case 80:
        if (first !== 48 || parameters.length < 2 || parameters.length > 1 + LARGEST_DATA) return false;
        this.#data = parameters.slice(1);
        return true;
      default:
        return false;
    }
  }

  /** The stored symbol as it would be printed; `undefined` when nothing is stored or no version holds it. */
  symbol(): { readonly content: string; readonly dots: number } | undefined {
    if (this.#data.length === 0) return undefined;
    for (let version = 1; version <= 40; version += 1) {
      const room = Math.floor(rawCodewords(version) * DATA_SHARE[this.#correction]);
      if (this.#data.length + 3 <= room)
        return { content: textOf(this.#data), dots: (17 + 4 * version) * this.#moduleDots };
    }
    return undefined;
  }
}

function isCorrection(value: number): value is Correction {
  return value in DATA_SHARE;
}

/** Codewords of a version, data and correction together (ISO/IEC 18004 table 1). How many of them are data is taken
 *  as one share for all versions: the paper used is then right to a version. */
function rawCodewords(version: number): number {
  let bits = (16 * version + 128) * version + 64;
  if (version >= 2) {
    const patterns = Math.floor(version / 7) + 2;
    bits -= (25 * patterns - 10) * patterns - 55;
    if (version >= 7) bits -= 36;
  }
  return Math.floor(bits / 8);
}

/** A phone reads bytes as UTF-8 where they are, else as Latin-1. */
function textOf(data: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    return Buffer.from(data).toString('latin1');
  }
}
