import { describe, expect, it } from 'vitest';
import { lockHolder } from './serial-owner.ts';

const LOCKS = `1: POSIX  ADVISORY  WRITE 13719 00:1a:3 1073741824 1073742335
2: FLOCK  ADVISORY  WRITE 14645 00:1a:3 0 EOF
2: -> FLOCK  ADVISORY  WRITE 777 00:1a:9 0 EOF
3: FLOCK  ADVISORY  READ 99 08:105:4 0 EOF
`;

describe('who has locked a port', () => {
  it('finds the owner by device and inode', () => {
    expect(lockHolder(LOCKS, { dev: 0x1a, ino: 3 })).toBe(14_645);
    expect(lockHolder(LOCKS, { dev: 0x100805, ino: 4 })).toBe(99);
  });

  it('takes neither record locks nor waiting ones nor other nodes for an owner', () => {
    for (const node of [
      { dev: 0x1a, ino: 9 },
      { dev: 0x1a, ino: 33 },
      { dev: 0x1b, ino: 3 },
    ])
      expect(lockHolder(LOCKS, node)).toBeUndefined();
    expect(
      lockHolder(LOCKS.replace('FLOCK  ADVISORY  WRITE 14645', 'POSIX  ADVISORY  WRITE 1'), { dev: 0x1a, ino: 3 }),
    ).toBeUndefined();
    expect(lockHolder('', { dev: 0x1a, ino: 3 })).toBeUndefined();
  });
});
