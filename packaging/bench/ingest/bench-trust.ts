import { createHash } from 'node:crypto';
import { createDevelopmentTrust } from '@yimen/certs/testing';
import { partitionOf } from '@yimen/contracts/fleet';

/** The name under which the peer's consumer comes. */
export const CONSUMER = 'BENCH-CONSUMER-01';

export function loadNames(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `BENCH-LOAD-${String(i + 1).padStart(5, '0')}`);
}

export function partitionOfTid(tid: string): string {
  return partitionOf(tid, (text) => createHash('sha256').update(text, 'utf8').digest('hex'));
}

/** A tree of certificates in `dir`, both sides use the same. @throws Error */
export async function benchTrust(
  dir: string,
  tids: readonly string[],
): Promise<{ ca: string; cert: string; key: string }> {
  const made = await createDevelopmentTrust(dir, {
    terminals: [...tids, CONSUMER],
    serverNames: ['127.0.0.1', 'localhost'],
  });
  if (!made.ok) throw new Error(made.error.message);
  return { ca: made.value.ca, ...made.value.server };
}
