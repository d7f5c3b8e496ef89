/** Something of a citizen that must be gone when he is: a text, or bytes (a picture, a template). */
export interface Canary {
  /** What it is, for people: `id-li-na number`. */
  readonly name: string;
  readonly value: string | Uint8Array;
  /** `bytes` is a piece of something larger: its digest says nothing. */
  readonly isPiece?: boolean;
}
