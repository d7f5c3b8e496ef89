/** A copy of an OpenType font whose characters `codePoints` are not in its table of characters (`cmap`, format 12), as in a
 *  font that was made before they were. Characters that share a group with them go, too. */
export function fontWithout(font: Uint8Array, codePoints: readonly number[]): Uint8Array {
  const copy = Uint8Array.from(font);
  const view = new DataView(copy.buffer);
  let removed = 0;
  for (const table of characterTables(view)) {
    if (view.getUint16(table) !== 12) {
      // Shorter formats go altogether, so that no reader falls back to them: an empty format 6.
      view.setUint16(table, 6);
      view.setUint16(table + 8, 0);
      continue;
    }
    for (let group = 0; group < view.getUint32(table + 12); group += 1) {
      const at = table + 16 + group * 12;
      const hit = codePoints.find((point) => point >= view.getUint32(at) && point <= view.getUint32(at + 4));
      if (hit === undefined) continue;
      // An end before the beginning: the group holds nothing.
      view.setUint32(at + 4, hit - 1);
      removed += 1;
    }
  }
  if (removed === 0) throw new Error('the font has none of these characters');
  return copy;
}

/** Where the subtables of `cmap` begin. */
function characterTables(view: DataView): readonly number[] {
  const tables = Array.from({ length: view.getUint16(4) }, (_, index) => 12 + index * 16);
  const record = tables.find((at) => view.getUint32(at) === 0x63_6d_61_70);
  if (record === undefined) throw new Error('no cmap');
  const cmap = view.getUint32(record + 8);
  const places = Array.from({ length: view.getUint16(cmap + 2) }, (_, index) =>
    view.getUint32(cmap + 4 + index * 8 + 4),
  );
  return [...new Set(places)].map((place) => cmap + place);
}
