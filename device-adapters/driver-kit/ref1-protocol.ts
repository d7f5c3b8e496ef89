import { fromHex, toHex } from '@yimen/contracts/base';
import { numberField, ref1Value, textField, type Ref1Field, type Ref1Fields } from './ref1-fields.ts';

/** Commands every reference device has; 10 and up belong to the kind, at most 3F. An answer carries its command plus
 *  40 (accepted or refused) or 80 (completed); F0 is a status change that nobody asked for.
 *  @source README.md of drivers/endorsement-printer-yimen-ref1, "Common commands" */
export const REF1_COMMAND = {
  identify: 0x01,
  status: 0x02,
  selfTest: 0x03,
  lastOperation: 0x04,
  reset: 0x05,
  stop: 0x06,
  acceptedBit: 0x40,
  completedBit: 0x80,
  statusChange: 0xf0,
} as const;

/** The edition of the protocol that is spoken here. */
export const REF1_EDITION = 1;

/** Tags of the common fields, those of objects and of reads that wait among them; 40 and up belong to the kind. */
export const REF1_TAG = {
  operationId: 0x01,
  result: 0x02,
  motion: 0x03,
  evidence: 0x04,
  phase: 0x05,
  command: 0x06,
  destination: 0x07,
  highestForgotten: 0x08,
  state: 0x10,
  fault: 0x11,
  media: 0x12,
  supply: 0x13,
  changeNumber: 0x14,
  bootCount: 0x15,
  kind: 0x20,
  model: 0x21,
  serial: 0x22,
  firmware: 0x23,
  mediaAtPowerOff: 0x24,
  evidenceKinds: 0x25,
  edition: 0x26,
  object: 0x30,
  objectSize: 0x31,
  chunk: 0x32,
  chunkBytes: 0x33,
  objectDigest: 0x34,
  wait: 0x35,
  atMost: 0x36,
} as const;

/** Result 00 is well; these are common, 20 and up belong to the kind. */
export const REF1_RESULT = {
  ok: 0x00,
  unknownCommand: 0x01,
  badData: 0x02,
  busy: 0x03,
  starting: 0x04,
  stopped: 0x05,
  hardware: 0x06,
  unsupported: 0x07,
} as const;

/** How much happened before a fault. */
export type RawMotion = 'nothing' | 'something' | 'cannotTell';
/** What the device remembers of an operation. */
export type RawPhase = 'neverSeen' | 'running' | 'ended' | 'interrupted';

export interface RawEvidence {
  readonly kind: number;
  readonly access: number;
  readonly detail: string;
}

/** An end of a command: its own `completed`, or the memory of it (command 04). */
export interface RawEnd {
  readonly result: number;
  readonly motion: RawMotion;
  readonly evidence: readonly RawEvidence[];
  readonly fields: Ref1Fields;
}

export interface RawMemory extends RawEnd {
  readonly phase: RawPhase;
  /** The command that was remembered; 0 when never seen. */
  readonly command: number;
  /** The highest operation id that the device has forgotten, as text; `undefined` when it has forgotten none. */
  readonly highestForgotten: string | undefined;
}

export interface RawRef1Status {
  readonly state: number;
  readonly fault: number;
  readonly media: number | undefined;
  readonly supplies: readonly { readonly id: number; readonly level: number }[];
  readonly changeNumber: number;
  readonly bootCount: number;
  /** Kind-specific fields are read from here. */
  readonly fields: Ref1Fields;
}

export interface RawRef1Identity {
  readonly kind: string;
  readonly edition: number;
  readonly model: string;
  readonly serial: string;
  readonly firmware: string;
  readonly mediaAtPowerOff: number;
  readonly evidenceKinds: readonly number[];
}

const MOTIONS: readonly RawMotion[] = ['nothing', 'something', 'cannotTell'];
const PHASES: readonly RawPhase[] = ['neverSeen', 'running', 'ended', 'interrupted'];

/** An operation id (UUID text) as the field that makes a command an effect. */
export function operationField(operationId: string): Ref1Field {
  return [REF1_TAG.operationId, fromHex(operationId.replaceAll('-', ''))];
}

/** Fields of a `completed`. A missing motion is `cannotTell`: absence never means that nothing happened. */
export function rawEndOf(fields: Ref1Fields): RawEnd | undefined {
  const result = numberField(fields, REF1_TAG.result);
  if (result === undefined) return undefined;
  return { result, motion: motionOf(fields), evidence: evidenceOf(fields), fields };
}

/** Fields of the `completed` of command 04. Its result is that of the effect: should a device put its own before it, the
 *  last one counts. */
export function rawMemoryOf(fields: Ref1Fields): RawMemory | undefined {
  const phase = PHASES[numberField(fields, REF1_TAG.phase) ?? -1];
  if (phase === undefined) return undefined;
  const forgotten = fields.get(REF1_TAG.highestForgotten)?.[0];
  return {
    // Of an operation that has not ended there is no result yet.
    result: fields.get(REF1_TAG.result)?.at(-1)?.[0] ?? REF1_RESULT.ok,
    motion: motionOf(fields),
    evidence: evidenceOf(fields),
    fields,
    phase,
    command: numberField(fields, REF1_TAG.command) ?? 0,
    highestForgotten: forgotten?.length === 16 ? uuidText(forgotten) : undefined,
  };
}

/** Fields of a status answer or a status change. */
export function rawStatusOf(fields: Ref1Fields): RawRef1Status | undefined {
  const state = numberField(fields, REF1_TAG.state);
  const changeNumber = numberField(fields, REF1_TAG.changeNumber);
  if (state === undefined || changeNumber === undefined) return undefined;
  const supplies = (fields.get(REF1_TAG.supply) ?? []).map(([id = 0, level = 0xff]) => ({ id, level }));
  return {
    state,
    fault: numberField(fields, REF1_TAG.fault) ?? 0,
    media: numberField(fields, REF1_TAG.media),
    supplies,
    changeNumber,
    bootCount: numberField(fields, REF1_TAG.bootCount) ?? 0,
    fields,
  };
}

/** Fields of an identity answer. */
export function rawIdentityOf(fields: Ref1Fields): RawRef1Identity | undefined {
  const kind = textField(fields, REF1_TAG.kind);
  const edition = numberField(fields, REF1_TAG.edition);
  const serial = textField(fields, REF1_TAG.serial);
  if (kind === undefined || edition === undefined || serial === undefined) return undefined;
  return {
    kind,
    edition,
    serial,
    model: textField(fields, REF1_TAG.model) ?? '',
    firmware: textField(fields, REF1_TAG.firmware) ?? '',
    mediaAtPowerOff: numberField(fields, REF1_TAG.mediaAtPowerOff) ?? 0xff,
    evidenceKinds: [...(fields.get(REF1_TAG.evidenceKinds)?.[0] ?? [])],
  };
}

/** Where a reset brings a medium. */
export function destinationField(to: 'exit' | 'retain' | 'stay'): Ref1Field {
  return [REF1_TAG.destination, ref1Value.u8({ exit: 1, retain: 2, stay: 3 }[to])];
}

function motionOf(fields: Ref1Fields): RawMotion {
  return MOTIONS[numberField(fields, REF1_TAG.motion) ?? 2] ?? 'cannotTell';
}

function evidenceOf(fields: Ref1Fields): RawEvidence[] {
  return (fields.get(REF1_TAG.evidence) ?? []).map((value) => ({
    kind: value[0] ?? 0xff,
    access: value[1] ?? 0xff,
    detail: new TextDecoder().decode(value.subarray(2)).slice(0, 100),
  }));
}

function uuidText(bytes: Uint8Array): string {
  const hex = toHex(bytes);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
