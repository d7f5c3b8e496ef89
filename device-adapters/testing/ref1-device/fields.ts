import { concatBytes } from '@yimen/contracts/base';

/** One field of a frame's data: `tag u8 | length u16 | value`. */
export interface DeviceField {
  readonly tag: number;
  readonly value: Uint8Array;
}

export function u8(tag: number, value: number): DeviceField {
  return { tag, value: Uint8Array.of(value) };
}

export function u16(tag: number, value: number): DeviceField {
  return { tag, value: Uint8Array.of(value >> 8, value) };
}

export function u32(tag: number, value: number): DeviceField {
  return { tag, value: Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value) };
}

export function text(tag: number, value: string): DeviceField {
  return { tag, value: new TextEncoder().encode(value) };
}

export function packFields(fields: readonly DeviceField[]): Uint8Array<ArrayBuffer> {
  return concatBytes(
    ...fields.map(({ tag, value }) => concatBytes(Uint8Array.of(tag, value.length >> 8, value.length), value)),
  );
}

/** The fields of a command as the device reads them. Every getter gives `undefined` when the field is missing, stands
 *  there more than once or has another size than the table says. */
export class DeviceFields {
  readonly #fields: readonly DeviceField[];

  private constructor(fields: readonly DeviceField[]) {
    this.#fields = fields;
  }

  /** @returns `undefined` when a length leads beyond the data. */
  static unpack(data: Uint8Array): DeviceFields | undefined {
    const fields: DeviceField[] = [];
    for (let at = 0; at < data.length;) {
      const [tag, high, low] = data.subarray(at, at + 3);
      if (tag === undefined || high === undefined || low === undefined) return undefined;
      const end = at + 3 + ((high << 8) | low);
      if (end > data.length) return undefined;
      fields.push({ tag, value: data.slice(at + 3, end) });
      at = end;
    }
    return new DeviceFields(fields);
  }

  all(tag: number): readonly Uint8Array[] {
    return this.#fields.filter((field) => field.tag === tag).map(({ value }) => value);
  }

  bytes(tag: number, length: number): Uint8Array | undefined {
    const [value, ...more] = this.all(tag);
    return value?.length === length && more.length === 0 ? value : undefined;
  }

  number(tag: number, length: 1 | 2 | 4): number | undefined {
    return this.bytes(tag, length)?.reduce((sum, byte) => sum * 256 + byte, 0);
  }

  /** Text of 1 to `longest` bytes, whole UTF-8. */
  text(tag: number, longest: number): string | undefined {
    const [value, ...more] = this.all(tag);
    if (value === undefined || more.length > 0) return undefined;
    return decodeText(value, longest);
  }
}

/** `undefined` when the bytes are none, too many, or not UTF-8. */
export function decodeText(value: Uint8Array, longest: number): string | undefined {
  if (value.length === 0 || value.length > longest) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(value);
  } catch {
    return undefined;
  }
}
