import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ChipFault } from './simulated-chip-faults.ts';
import { ALL_OFFERS, cardWith, rig } from './simulated-chip-rig.ts';
import { readObject } from './simulated-der.ts';
import { simulatedTrustAnchors } from './simulated-issuer.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** OpenSSL's judgement on the security object of a chip, under the simulated trust anchor alone. */
function judged(
  bend: (signedData: Buffer) => Buffer,
  ...faults: readonly ChipFault[]
): { status: number | null; says: string } {
  const folder = mkdtempSync(join(tmpdir(), 'yimen-sod-'));
  folders.push(folder);
  const { card, terminal } = rig(cardWith(ALL_OFFERS), ...faults);
  expect(terminal.basicAccess(card)).toBe('9000');
  const file = readObject(terminal.readFile(0x011d) ?? Buffer.alloc(0));
  writeFileSync(join(folder, 'sod.der'), bend(file?.value ?? Buffer.alloc(0)));
  writeFileSync(join(folder, 'anchors.pem'), simulatedTrustAnchors());
  const verify = ['cms', '-verify', '-inform', 'DER', '-in', 'sod.der', '-CAfile', 'anchors.pem', '-no-CApath'];
  const { status, stderr } = spawnSync('openssl', [...verify, '-purpose', 'any', '-out', 'content.der'], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, says: stderr };
}

const asItIs = (signedData: Buffer): Buffer => signedData;

describe('OpenSSL on the simulated security object', () => {
  it('believes the genuine one', () => {
    expect(judged(asItIs)).toMatchObject({ status: 0, says: expect.stringContaining('successful') });
  });

  it.each([
    ['foreign-signer', 'unable to get local issuer certificate'],
    ['expired-signer', 'certificate has expired'],
  ] as const)('%s: %s', (fault, why) => {
    const { status, says } = judged(asItIs, fault);
    expect(status).not.toBe(0);
    expect(says).toContain(why);
  });

  it('one digest changed after signing: not believed', () => {
    const changed = (signedData: Buffer): Buffer => {
      const bent = Buffer.from(signedData);
      // The first group's digest stands behind its number: 02 01 01 04 20.
      const at = bent.indexOf(Buffer.from('0201010420', 'hex')) + 5;
      bent.writeUInt8(bent.readUInt8(at) ^ 1, at);
      return bent;
    };
    expect(judged(changed).status).not.toBe(0);
  });
});
