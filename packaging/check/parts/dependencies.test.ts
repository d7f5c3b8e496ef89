import { describe, expect, it } from 'vitest';
import { integrityFaults, licenceFaults } from './dependencies.ts';
import { lockfileGaps, runtimeClosure, type LockedPackage, type LockedPackages } from './lockfile.ts';

function locked(about: Partial<LockedPackage> = {}): LockedPackage {
  return {
    link: false,
    integrity: 'sha512-abc',
    license: 'MIT',
    dependencies: {},
    optionalDependencies: {},
    peerDependencies: {},
    ...about,
  };
}

const PACKAGES: LockedPackages = {
  '': locked({ integrity: undefined }),
  certs: locked({ integrity: undefined, dependencies: { '@yimen/contracts': '0.1.0', a: '1' } }),
  contracts: locked({ integrity: undefined, dependencies: { z: '1' } }),
  'node_modules/@yimen/contracts': { ...locked({ integrity: undefined }), link: true, resolved: 'contracts' },
  'node_modules/a': locked({ dependencies: { b: '2' }, peerDependencies: { absent: '*' } }),
  'node_modules/a/node_modules/b': locked({ dependencies: { z: '1' } }),
  'node_modules/b': locked(),
  'node_modules/z': locked(),
  'node_modules/dev-tool': locked({ license: 'MPL-2.0' }),
};

describe('the packages at run time', () => {
  it('are followed over workspaces and nested folders, without development tools', () => {
    expect([...runtimeClosure(PACKAGES, ['certs'])].sort()).toEqual([
      'node_modules/a',
      'node_modules/a/node_modules/b',
      'node_modules/z',
    ]);
  });

  it.each([
    ['MIT', true],
    ['(MIT OR GPL-3.0)', true],
    ['Apache-2.0 AND BSD-3-Clause', true],
    ['Apache-2.0 AND GPL-3.0', false],
    ['GPL-3.0-only', false],
    ['SEE LICENSE IN file', false],
    [undefined, false],
  ])('licence %s is permissive: %s', (license, good) => {
    const packages = { 'node_modules/a': locked({ license }) };
    expect(licenceFaults(packages, new Set(['node_modules/a']))).toHaveLength(good ? 0 : 1);
  });
});

describe('the lockfile', () => {
  it('needs a strong integrity for every package that is not a workspace', () => {
    expect(integrityFaults(PACKAGES)).toEqual([]);
    const weak = { ...PACKAGES, 'node_modules/z': locked({ integrity: 'sha1-abc' }) };
    const none = { ...PACKAGES, 'node_modules/dev-tool': locked({ integrity: undefined }) };
    expect(integrityFaults(weak)).toEqual([expect.stringContaining('node_modules/z')]);
    expect(integrityFaults(none)).toEqual([expect.stringContaining('node_modules/dev-tool')]);
  });

  it('holds whatever its packages name, optional ones for other systems included', () => {
    const tool = locked({ optionalDependencies: { '@tool/linux': '1.2.3', '@tool/darwin': '1.2.3' } });
    const linux = locked({ version: '1.2.3' });
    const lock = { 'node_modules/tool': tool, 'node_modules/@tool/linux': linux };
    expect(lockfileGaps(lock)).toEqual([expect.stringMatching(/tool needs @tool\/darwin 1\.2\.3.* holds none/)]);
    const old = { ...lock, 'node_modules/@tool/darwin': locked({ version: '1.2.2' }) };
    expect(lockfileGaps(old)).toEqual([expect.stringMatching(/tool needs @tool\/darwin 1\.2\.3.* holds 1\.2\.2/)]);
    expect(lockfileGaps({ ...lock, 'node_modules/@tool/darwin': linux })).toEqual([]);
  });
});
