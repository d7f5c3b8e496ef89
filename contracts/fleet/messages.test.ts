import { createHash, createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fromBase64Url, toBase64Url } from '../base/bytes.ts';
import { signedText } from './command.ts';
import { decodePayload } from './decode.ts';
import { evBatchSchema, ledgerEventText, ledgerGenesisText } from './ledger.ts';
import { MESSAGE_EXAMPLES } from './message-examples.ts';
import { WIRE_MESSAGES } from './messages.table.ts';

/** Public key of TEST 1, RFC 8032 §7.1, as SubjectPublicKeyInfo (RFC 8410 §4). */
const TEST_KEY = createPublicKey({
  key: Buffer.from('302a300506032b6570032100d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex'),
  format: 'der',
  type: 'spki',
});

function sha(...parts: readonly (string | Uint8Array)[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

describe('the messages of the wire contract', () => {
  it('have an example each, which fits its own schema and size', () => {
    expect(WIRE_MESSAGES.map(({ name }) => name).toSorted()).toEqual(Object.keys(MESSAGE_EXAMPLES).toSorted());
    for (const { name, schema, maxBytes } of WIRE_MESSAGES) {
      const text = MESSAGE_EXAMPLES[name];
      expect(decodePayload(text, schema), name).toEqual({ ok: true, value: JSON.parse(text) as unknown });
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxBytes);
    }
  });

  it('chain their events as the example does', () => {
    const batch = evBatchSchema.parse(JSON.parse(MESSAGE_EXAMPLES.events));
    let head = sha(ledgerGenesisText('SD-DALIANG-01', batch.epoch));
    expect(batch.chain.prev).toBe(toBase64Url(head));
    for (const event of batch.events) head = sha(head, ledgerEventText(event));
    expect(batch.chain.head).toBe(toBase64Url(head));
  });

  it.each([
    ['command', 'yimen-command-1'],
    ['job', 'yimen-job-1'],
  ] as const)('are signed as the example of a %s is, and not when a letter is another', (name, domain) => {
    const payload = JSON.parse(MESSAGE_EXAMPLES[name]) as { sig: { value: string }; reason: string };
    const signature = fromBase64Url(payload.sig.value);
    const isSigned = (message: object): boolean =>
      verify(null, Buffer.from(signedText(domain, { ...message })), TEST_KEY, signature);
    expect(isSigned(payload)).toBe(true);
    expect(isSigned({ ...payload, reason: `${payload.reason}.` })).toBe(false);
  });
});
