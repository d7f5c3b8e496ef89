import { z } from 'zod';
import type { TerminalId } from '../base/ids.ts';

export const TOPIC_ROOT = 'yimen/v1';
export const PARTITIONS = 64;
export const SERVER_STATE_TOPIC = `${TOPIC_ROOT}/srv/state`;

export const partitionSchema = z.string().regex(/^p[0-6]\d$/);

/** `pNN` of a terminal: the first 8 hex digits of SHA-256(tid) as unsigned 32-bit integer, mod 64 (§2.1).
 *  `sha256Hex` is handed in: contracts have no cryptography of their own. */
export function partitionOf(tid: string, sha256Hex: (text: string) => string): string {
  const number = Number.parseInt(sha256Hex(tid).slice(0, 8), 16);
  return `p${String(number % PARTITIONS).padStart(2, '0')}`;
}

export const UP_LEAVES = ['life', 'hb', 'ev', 'twin', 'job', 'cmd'] as const;
export const DOWN_LEAVES = ['ev-ack', 'twin', 'job', 'cmd'] as const;
export type UpLeaf = (typeof UP_LEAVES)[number];
export type DownLeaf = (typeof DOWN_LEAVES)[number];

export function upTopic(partition: string, tid: TerminalId | string, leaf: UpLeaf): string {
  return `${TOPIC_ROOT}/${partition}/${tid}/up/${leaf}`;
}

export function downTopic(partition: string, tid: TerminalId | string, leaf: DownLeaf): string {
  return `${TOPIC_ROOT}/${partition}/${tid}/dn/${leaf}`;
}

/** QoS of §2.1; every down topic is 1. */
export const UP_QOS: Readonly<Record<UpLeaf, 0 | 1>> = { life: 1, hb: 0, ev: 1, twin: 1, job: 1, cmd: 1 };
