import type { z } from 'zod';

/** How an office ends a request it looked at. */
export type OfficeResult =
  | { readonly outcome: 'done'; readonly answer: object }
  | { readonly outcome: 'notDone'; readonly fault: { readonly code: string; readonly message: string } };

export function done(answer: object): OfficeResult {
  return { outcome: 'done', answer };
}

export function notDone(code: string, message: string): OfficeResult {
  return { outcome: 'notDone', fault: { code, message } };
}

export const OFFICES = ['exit-entry', 'vehicle', 'household', 'payment'] as const;
export type OfficeName = (typeof OFFICES)[number];

/** One kind of request at an office: `query` is never recorded, `effect` once per id. */
export interface OfficeRequest {
  readonly nature: 'query' | 'effect';
  readonly body: z.ZodType;
}

/** What a request does, once its body has been checked. `person` is the thing id of whom it concerns, for switches. */
export interface Office {
  readonly name: OfficeName;
  readonly requests: Readonly<Record<string, OfficeRequest>>;
  personOf(kind: string, body: never): string | null;
  /** Runs inside one commit of the shelf. */
  carryOut(kind: string, body: never, call: OfficeCall): OfficeResult;
}

export interface OfficeCall {
  readonly terminalId: string;
  /** Set by a switch: answer with this refusal in the kind's own way. */
  readonly refuse: { readonly code: string; readonly textZh: string | null; readonly textEn: string | null } | null;
}
