/** A text as both engines keep it. PostgreSQL has no NUL character in texts; it stands as its picture, ␀. */
export function withoutNul(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '␀') : text;
}
