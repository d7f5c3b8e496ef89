import { ID_CARDS } from '@yimen/contracts/testing';
import { FINGERS } from '../drivers/fingerprint-yimen-ref1/simulator-fingers.table.ts';
import { ridgeImage } from '../drivers/fingerprint-yimen-ref1/simulator-ridges.ts';
import { cardBodyNumber, cardFingerprint, cardPhoto } from '../drivers/id-card-reader-gb-sdt/simulator-card.ts';
import { strokesOf } from '../drivers/signature-pad-yimen-ref1/simulator-strokes.ts';
import { faceOf, idCardFaceOf } from './things.ts';

/** A piece of what a simulated device gives away of its synthetic person, as one would find it again in memory. */
export interface PersonalMark {
  readonly name: string;
  readonly value: string | Uint8Array;
}

const PIECE = 64;

/** What the reader tells of an ID card beside its text: picture, templates, number of its body, the drawn face. */
export function marksOfIdCard(thing: string): readonly PersonalMark[] {
  const card = ID_CARDS.find((candidate) => candidate.thing === thing);
  if (card === undefined) return [];
  const face = idCardFaceOf(thing);
  return [
    { name: 'card picture', value: middleOf(cardPhoto(card)) },
    ...(card.hasFingerprint ? [{ name: 'card templates', value: middleOf(cardFingerprint(card)) }] : []),
    { name: 'card body number', value: cardBodyNumber(card) },
    ...(face === undefined ? [] : [{ name: 'face', value: middleOf(face) }]),
  ];
}

/** The face on a permit's chip. */
export function marksOfPermit(thing: string): readonly PersonalMark[] {
  return [{ name: 'chip face', value: middleOf(faceOf(thing)) }];
}

/** The image of a finger, as the collector gives it. */
export function marksOfFinger(thing: string): readonly PersonalMark[] {
  const finger = FINGERS.get(thing);
  if (finger === undefined) return [];
  const image = ridgeImage({ width: 256, height: 288 }, { seed: finger.seed, look: finger.look, isDirty: false });
  return [{ name: 'finger image', value: middleOf(image) }];
}

/** A signature from the pad: as the device sends its points, and as JSON has them. */
export function marksOfSignature(thing: string): readonly PersonalMark[] {
  const points = (strokesOf(thing, 100, 50)[0] ?? []).slice(20, 28);
  const packed = Buffer.alloc(points.length * 10);
  for (const [n, point] of points.entries()) {
    packed.writeUInt16BE(point.x, n * 10);
    packed.writeUInt16BE(point.y, n * 10 + 2);
    packed.writeUInt16BE(point.pressure, n * 10 + 4);
    packed.writeUInt32BE(point.ms, n * 10 + 6);
  }
  const json = points.map(({ x, y, pressure, ms }) => JSON.stringify([x, y, pressure, ms])).join(',');
  return [
    { name: 'signature points', value: Uint8Array.from(packed) },
    { name: 'signature JSON', value: json },
  ];
}

function middleOf(bytes: Uint8Array): Uint8Array {
  const from = Math.max(0, Math.floor(bytes.length / 2));
  return bytes.slice(from, from + PIECE);
}
