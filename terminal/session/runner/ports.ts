import type { Result } from '@yimen/contracts/base';
import type { BackOfficeRequest } from '@yimen/contracts/back-office';
import type { Fault, Lease, Op, OperationRecord } from '@yimen/contracts/device';
import type { JournalEvent } from '@yimen/contracts/journal';
import type { LastOperation } from '@yimen/contracts/back-office';
import type { SessionState } from '../machine/session-machine.ts';
import type { OfficeResult } from '../machine/input.ts';

/** Core, as a session sees it. */
export interface CoreLink {
  /** Appended in order, synced, then answered: first and last number and the chain's head. */
  append(events: readonly JournalEvent[]): Promise<Result<{ first: number; last: number; head: string }, Fault>>;
  claim(device: string, timeoutMs: number): Promise<Result<Lease, Fault>>;
  release(lease: Lease): Promise<void>;
  remember(last: LastOperation): Promise<void>;
  listening(url: string, token: string): Promise<void>;
  /** @param isUsed whether anything was pressed after its beginning */
  ended(how: 'finished' | 'timeout' | 'cancelled' | 'killed', propertyOut: boolean, isUsed?: boolean): Promise<void>;
}

/** The device host, as a session sees it. A lost host answers effects in flight with `unknown`. */
export interface SessionDevices {
  /** Whether there is a host to ask. One that fell may come back. */
  isThere(): boolean;
  effect(lease: Lease, op: Op, verb: string, args: unknown): Promise<Result<OperationRecord, Fault>>;
  read(lease: Lease, deadlineMs: number, verb: string, args: unknown): Promise<Result<unknown, Fault>>;
  getOperation(device: string, operationId: string): Promise<Result<OperationRecord | 'never-seen', Fault>>;
}

/** The gateway, as a session sees it. Never throws: whatever happens on the line is an outcome. */
export interface Office {
  send(request: BackOfficeRequest, deadlineMs: number): Promise<OfficeResult>;
  lookUp(
    operationId: string,
    deadlineMs: number,
  ): Promise<{ known: 'yes'; result: OfficeResult } | { known: 'neverSeen' | 'cannotTell' }>;
}

/** The face check. An installed matcher decides on liveness and likeness; a simulated one says that it is one. */
export interface FaceMatcher {
  readonly kind: 'simulated' | 'installed';
  match(shot: FaceShot): Promise<Result<{ score: number; passed: boolean }, { code: string }>>;
}
export interface FaceShot {
  readonly jpeg: Uint8Array;
  readonly luminance: number;
  readonly variance: number;
  /** The chip's own picture, when the chip gave one. */
  readonly reference: Uint8Array | null;
}

export interface SessionLog {
  info(fields: Readonly<Record<string, string | number | boolean | null>>, line: string): void;
}

/** A sheet as it goes to the printer. */
export interface DrawnSheet {
  readonly pdf: Uint8Array;
  readonly pages: number;
}
/** Draws a document of the catalogue from what the session knows; `index` of several of a kind, from 0. */
export type DrawSheet = (
  document: string,
  index: number,
  state: SessionState,
) => Promise<Result<DrawnSheet, { code: string }>>;
