/** Cuts `rows` into lists of at most `size`. */
export function chunks<T>(rows: readonly T[], size: number): T[][] {
  const lists: T[][] = [];
  for (let at = 0; at < rows.length; at += size) lists.push(rows.slice(at, at + size));
  return lists;
}
