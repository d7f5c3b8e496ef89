import type { SimulatedPermit } from '../../testing/card-path.ts';
import { chipCheckDigit } from './simulated-chip-crypto.ts';

/** What the chip's data page says; `undefined` fields come from the card. */
export interface ChipHolder {
  readonly documentNumber: string;
  readonly mrzName: string;
  readonly sex: 'M' | 'F';
  readonly birth: string;
  readonly expiry: string;
}

/** The elementary files of a permit chip by identifier, as the chip would give them now. Made anew for each SELECT:
 *  the counter changes while the card is in the machine. */
export function chipFile(card: SimulatedPermit, holder: ChipHolder, identifier: number): Buffer | undefined {
  switch (identifier) {
    case 0x011e:
      return object(
        0x60,
        object(0x5f01, Buffer.from('0107')),
        object(0x5f36, Buffer.from('040000')),
        object(0x5c, Buffer.from([0x61, 0x75])),
      );
    case 0x0101:
      return object(0x61, object(0x5f1f, Buffer.from(cardSizeZone(holder), 'latin1')));
    case 0x0102:
      return faceFile(Buffer.from(card.faceImage));
    case 0x0f01:
      return object(0x53, Buffer.from('YM1', 'latin1'), Buffer.from([card.endorsementCounter & 0xff]));
    default:
      return undefined;
  }
}

/** Three lines of 30 (9303-5 §4.2.2). What a permit's DG1 holds is not public; card size is assumed. */
function cardSizeZone(holder: ChipHolder): string {
  const number = holder.documentNumber.padEnd(9, '<');
  const first = `CSCHN${number}${chipCheckDigit(number)}`.padEnd(30, '<');
  const dates = `${holder.birth}${chipCheckDigit(holder.birth)}${holder.sex}${holder.expiry}${chipCheckDigit(holder.expiry)}`;
  const second = `${dates}CHN`.padEnd(29, '<');
  const composite = chipCheckDigit(
    first.slice(5, 30) + second.slice(0, 7) + second.slice(8, 15) + second.slice(18, 29),
  );
  return first + second + String(composite) + holder.mrzName.slice(0, 30).padEnd(30, '<');
}

/** DG2 with one facial record of ISO/IEC 19794-5:2005 §5 in the biometric template of 9303-10 §4.7.2. */
function faceFile(image: Buffer): Buffer {
  const record = Buffer.alloc(46);
  record.write('FAC\x00010\x00', 0, 'latin1');
  record.writeUInt32BE(46 + image.length, 8);
  record.writeUInt16BE(1, 12);
  record.writeUInt32BE(32 + image.length, 14);
  record.writeUInt8(1, 34); // full frontal
  record.writeUInt16BE(240, 36);
  record.writeUInt16BE(320, 38);
  record.writeUInt8(1, 40); // sRGB
  const header = object(
    0xa1,
    object(0x80, Buffer.from([1, 1])),
    object(0x81, Buffer.from([2])),
    object(0x87, Buffer.from([1, 1])),
    object(0x88, Buffer.from([0, 8])),
  );
  const template = object(0x7f60, header, object(0x5f2e, record, image));
  return object(0x75, object(0x7f61, object(0x02, Buffer.from([1])), template));
}

/** Tag, definite length, value (ISO/IEC 8825-1 §8.1). */
export function object(tag: number, ...parts: readonly Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  const tagBytes = tag > 0xff ? [tag >> 8, tag & 0xff] : [tag];
  const length = value.length;
  const lengthBytes = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([...tagBytes, ...lengthBytes]), value]);
}
