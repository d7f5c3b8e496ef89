import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildPkcs11 } from '../../testing/build-pkcs11.ts';
import { keyStoreContract } from '../../testing/key-store-contract.ts';
import { createPkcs11KeyStore } from './pkcs11-key-store.ts';

const LIBRARY = '/usr/lib/softhsm/libsofthsm2.so';
const PIN = '482915';
const binding = await buildPkcs11();

// SoftHSM reads its configuration once in a process, when its library is loaded.
const home = mkdtempSync(join(tmpdir(), 'yimen-softhsm-'));
mkdirSync(join(home, 'tokens'));
writeFileSync(join(home, 'softhsm2.conf'), `directories.tokendir = ${join(home, 'tokens')}\nlog.level = ERROR\n`);
process.env['SOFTHSM2_CONF'] = join(home, 'softhsm2.conf');
execFileSync('softhsm2-util', ['--init-token', '--free', '--label', 'yimen', '--pin', PIN, '--so-pin', '12345678'], {
  stdio: 'ignore',
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const open = (more: { token?: string; pin?: string; library?: string } = {}): ReturnType<typeof createPkcs11KeyStore> =>
  createPkcs11KeyStore({ library: LIBRARY, token: 'yimen', pin: PIN, loadBinding: binding, ...more });

keyStoreContract('PKCS#11 (SoftHSM)', {
  level: 'sealed',
  open: async () => open(),
  away: async () => open({ token: 'another' }),
  handshake: null,
});

describe('a token', () => {
  it('is away with a wrong PIN, another library, or a module that was not built', async () => {
    const away = [
      open({ pin: '000000' }),
      open({ library: '/nowhere.so' }),
      createPkcs11KeyStore({
        library: LIBRARY,
        token: 'yimen',
        pin: PIN,
        loadBinding: () => {
          throw new Error('not built');
        },
      }),
    ];
    for (const store of away)
      expect(await store.publicKey('x')).toMatchObject({ ok: false, error: { code: 'KEY_STORE_AWAY' } });
    expect(await open().publicKey('x')).toMatchObject({ ok: false, error: { code: 'KEY_MISSING' } });
  });

  it('does not give its private key out', async () => {
    await open().generate('stays-in');
    const lib = new (binding().PKCS11)();
    const { CKA_CLASS, CKA_LABEL, CKA_VALUE, CKO_PRIVATE_KEY, CKU_USER, CKF_SERIAL_SESSION } = binding();
    lib.load(LIBRARY);
    const slot = lib.C_GetSlotList(true).find((one) => lib.C_GetTokenInfo(one).label.trim().startsWith('yimen'));
    const session = lib.C_OpenSession(slot as Buffer, CKF_SERIAL_SESSION);
    lib.C_Login(session, CKU_USER, PIN);
    lib.C_FindObjectsInit(session, [
      { type: CKA_CLASS, value: CKO_PRIVATE_KEY },
      { type: CKA_LABEL, value: 'stays-in' },
    ]);
    const [key] = lib.C_FindObjects(session, 1);
    lib.C_FindObjectsFinal(session);
    expect(key).toBeDefined();
    expect(() => lib.C_GetAttributeValue(session, key as Buffer, [{ type: CKA_VALUE }])).toThrow(
      /CKR_ATTRIBUTE_SENSITIVE/,
    );
    lib.C_CloseSession(session);
    const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    for (const file of files)
      expect(readFileSync(join(file.parentPath, file.name)).includes('PRIVATE KEY')).toBe(false);
  });
});
