const decoder = new TextDecoder('gb18030');

/** Node decodes GB 18030 and does not encode it: the table is the decoder's own, turned round, made at its first use. */
let table: ReadonlyMap<string, Uint8Array> | null = null;

/** The bytes of a text in GB 18030 (in GBK the same, as far as GBK reaches). */
export function encodeGb18030(text: string): Uint8Array {
  table ??= makeTable();
  const bytes: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    if (point < 0x80) bytes.push(point);
    else bytes.push(...(table.get(character) ?? (point > 0xffff ? beyond(point) : [])));
  }
  return Uint8Array.from(bytes);
}

function makeTable(): ReadonlyMap<string, Uint8Array> {
  const made = new Map<string, Uint8Array>();
  const learn = (bytes: Uint8Array): void => {
    const character = decoder.decode(bytes);
    if (!character.includes('�') && !made.has(character)) made.set(character, bytes);
  };
  for (let lead = 0x81; lead <= 0xfe; lead += 1)
    for (let trail = 0x40; trail <= 0xfe; trail += 1) if (trail !== 0x7f) learn(Uint8Array.of(lead, trail));
  for (let n = 0; n < 39_420; n += 1) learn(fourBytes(0x81, n));
  return made;
}

/** Planes above the first follow each other without gaps from 90 30 81 30. */
function beyond(point: number): Uint8Array {
  return fourBytes(0x90, point - 0x1_0000);
}

function fourBytes(lead: number, n: number): Uint8Array {
  return Uint8Array.of(
    lead + Math.floor(n / 12_600),
    0x30 + (Math.floor(n / 1_260) % 10),
    0x81 + (Math.floor(n / 10) % 126),
    0x30 + (n % 10),
  );
}
