import { createHash, type Hash } from 'node:crypto';
import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { canceledFault, deviceFault, silentFault } from './device-faults.ts';
import type { Ref1Device } from './ref1-device.ts';
import { numberField, ref1Value, type Ref1Fields } from './ref1-fields.ts';
import { REF1_LIMITS } from './ref1-limits.table.ts';
import { REF1_TAG } from './ref1-protocol.ts';

/** An object in the device's memory, as the `completed` told it that made it. */
export interface RawRef1Object {
  /** 1–65535, counted up by the device. */
  readonly number: number;
  /** Bytes, at least 1. */
  readonly size: number;
}

/** One chunk of an object. */
export interface RawRef1Chunk {
  readonly object: number;
  /** From 0. */
  readonly chunk: number;
  /** The device's bytes: whoever has used them overwrites them. */
  readonly bytes: Uint8Array;
  /** In the last chunk: SHA-256 over the whole object. */
  readonly digest: Uint8Array | undefined;
}

/** Which object to fetch, and until when. */
export interface Ref1Fetch {
  /** The kind's own command for it. */
  readonly command: number;
  readonly object: RawRef1Object;
  /** Monotonic milliseconds. */
  readonly deadlineAt: number;
  readonly signal: AbortSignal;
}

/** Fields 30 and 31; `undefined` when one is missing or says zero. */
export function rawObjectOf(fields: Ref1Fields): RawRef1Object | undefined {
  const number = numberField(fields, REF1_TAG.object) ?? 0;
  const size = numberField(fields, REF1_TAG.objectSize) ?? 0;
  return number === 0 || size === 0 ? undefined : { number, size };
}

/** Fields 30, 32, 33 and 34; `undefined` when one is missing that every chunk has. */
export function rawChunkOf(fields: Ref1Fields): RawRef1Chunk | undefined {
  const object = numberField(fields, REF1_TAG.object);
  const chunk = numberField(fields, REF1_TAG.chunk);
  const bytes = fields.get(REF1_TAG.chunkBytes)?.[0];
  if (object === undefined || chunk === undefined || bytes === undefined) return undefined;
  return { object, chunk, bytes, digest: fields.get(REF1_TAG.objectDigest)?.[0] };
}

/** Fetches an object chunk by chunk; whole, or nothing of it: what came of a broken one is overwritten. The caller has
 *  bounded `object.size`.
 *  @returns the object's bytes, the caller's to overwrite.
 *  @fault timeOut a chunk did not come, or not before the deadline; hardwareError another chunk came, or they are not
 *  what the digest says; canceled; offline; else the device's own.
 *  @source README.md of drivers/endorsement-printer-yimen-ref1, "Larger objects, and reads that wait" */
export async function fetchRef1Object(device: Ref1Device, fetch: Ref1Fetch): Promise<Result<Uint8Array, Fault>> {
  const bytes = new Uint8Array(fetch.object.size);
  const filled = await fill(device, fetch, bytes);
  if (filled.ok) return ok(bytes);
  bytes.fill(0);
  return filled;
}

async function fill(device: Ref1Device, fetch: Ref1Fetch, bytes: Uint8Array): Promise<Result<void, Fault>> {
  const hash = createHash('sha256');
  for (let chunk = 0; chunk * REF1_LIMITS.chunkBytes < bytes.length; chunk += 1) {
    if (fetch.signal.aborted) return err(canceledFault());
    if (device.clock.monoMs() >= fetch.deadlineAt) return err(silentFault('the rest of the object'));
    const answer = await device.ask(fetch.command, [
      [REF1_TAG.object, ref1Value.u16(fetch.object.number)],
      [REF1_TAG.chunk, ref1Value.u16(chunk)],
    ]);
    if (!answer.ok) return answer;
    const raw = rawChunkOf(answer.value.fields);
    const wrong = wrongChunk(raw, fetch.object, chunk) ?? taken(raw, bytes, hash);
    raw?.bytes.fill(0);
    if (wrong !== undefined) return err(deviceFault('hardwareError', `chunk ${chunk}: ${wrong}`, 'reset'));
  }
  return ok(undefined);
}

/** Why this is not the chunk that was asked for; `undefined` when it is. */
function wrongChunk(raw: RawRef1Chunk | undefined, object: RawRef1Object, chunk: number): string | undefined {
  if (raw === undefined) return 'an answer without it';
  if (raw.object !== object.number) return `of object ${raw.object}, not of ${object.number}`;
  if (raw.chunk !== chunk) return `chunk ${raw.chunk} came`;
  const length = Math.min(REF1_LIMITS.chunkBytes, object.size - chunk * REF1_LIMITS.chunkBytes);
  return raw.bytes.length === length ? undefined : `${raw.bytes.length} bytes, not ${length}`;
}

/** Puts a right chunk in its place. @returns why the object is not whole: only the last chunk can tell. */
function taken(raw: RawRef1Chunk | undefined, bytes: Uint8Array, hash: Hash): string | undefined {
  if (raw === undefined) return undefined;
  const at = raw.chunk * REF1_LIMITS.chunkBytes;
  bytes.set(raw.bytes, at);
  hash.update(raw.bytes);
  if (at + raw.bytes.length < bytes.length) return undefined;
  if (raw.digest === undefined) return 'no digest closes the object';
  return hash.digest().equals(raw.digest) ? undefined : 'the digest is that of other bytes';
}
