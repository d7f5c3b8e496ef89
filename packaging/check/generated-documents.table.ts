import { renderErrorCodes } from './documents/error-codes.ts';
import { renderEvents } from './documents/events.ts';

/** A document that is written by the program, never by hand. Rooms add their own rows. */
export interface GeneratedDocument {
  /** From the root. */
  readonly path: string;
  /** The whole text, the same on every machine and every day. */
  readonly render: () => string;
}

export const GENERATED_DOCUMENTS: readonly GeneratedDocument[] = [
  { path: 'docs/reference/error-codes.md', render: renderErrorCodes },
  { path: 'docs/reference/events.md', render: renderEvents },
];
