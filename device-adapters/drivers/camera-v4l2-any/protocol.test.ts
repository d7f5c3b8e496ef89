import { describe, expect, it } from 'vitest';
import { decodeGrabbed, decodeSeen, encodeTake } from './protocol.ts';

const bytes = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const SEEN = {
  node: '/dev/video0',
  name: 'Webcam C270',
  driver: 'uvcvideo',
  vendorId: '046d',
  productId: '0825',
  serial: 'A7F3',
  firmware: '1.10',
  port: '1-3',
  owners: [{ pid: 812, name: 'chromium' }],
  isPartial: false,
};

describe('seen', () => {
  it('is who is there and who has it', () => {
    expect(decodeSeen(bytes(SEEN))).toEqual(SEEN);
    expect(decodeSeen(bytes({ ...SEEN, vendorId: '', productId: '', owners: [] }))).toMatchObject({ vendorId: '' });
  });

  it.each([
    ['no JSON', '{"node":'],
    ['a list', []],
    ['no owners', { ...SEEN, owners: undefined }],
    ['too many owners', { ...SEEN, owners: Array.from({ length: 9 }, () => SEEN.owners[0]) }],
    ['an id that is none', { ...SEEN, vendorId: '46d' }],
    ['a long name', { ...SEEN, name: 'x'.repeat(61) }],
    ['an owner without a number', { ...SEEN, owners: [{ pid: -1, name: 'x' }] }],
  ])('%s is no answer', (_, value) => {
    expect(decodeSeen(bytes(value))).toBeUndefined();
  });

  it('bytes that are no text are no answer', () => {
    expect(decodeSeen(Uint8Array.of(0xff, 0xfe))).toBeUndefined();
    expect(decodeSeen(new Uint8Array(0))).toBeUndefined();
  });
});

describe('grabbed', () => {
  it('is a size or a refusal', () => {
    expect(decodeGrabbed(bytes({ bytes: 40_000 }))).toEqual({ bytes: 40_000 });
    expect(decodeGrabbed(bytes({ refused: 'busy', says: 'x' }))).toEqual({ refused: 'busy', says: 'x' });
  });

  it.each([[{ bytes: 0 }], [{ bytes: 1.5 }], [{ refused: 'tired', says: 'x' }], [{}], ['null']])(
    '%j is neither',
    (value) => {
      expect(decodeGrabbed(bytes(value))).toBeUndefined();
    },
  );
});

it('the offset of a piece is big-endian', () => {
  expect([...encodeTake(0x01_02_03_04)]).toEqual([1, 2, 3, 4]);
});
