/** A device's own words as they may stand in a row or a report: no control characters, bounded. */
export function plain(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f]/gu, '').slice(0, 200);
}
