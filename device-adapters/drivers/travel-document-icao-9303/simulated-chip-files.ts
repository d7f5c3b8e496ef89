import { readFileSync } from 'node:fs';
import type { ChipOffers, SimulatedPermit } from '../../testing/card-path.ts';
import { publicKeyInfo } from './simulated-certificate.ts';
import { chipCheckDigit } from './simulated-chip-crypto.ts';
import type { ChipFault } from './simulated-chip-faults.ts';
import { chipMemory } from './simulated-chip-keys.ts';
import { object } from './simulated-der.ts';
import { documentSigner } from './simulated-issuer.ts';
import { securityInfosFile } from './simulated-security-infos.ts';
import { securityObject } from './simulated-security-object.ts';

/** What the chip's data page says. */
interface ChipHolder {
  readonly documentNumber: string;
  readonly mrzName: string;
  readonly sex: 'M' | 'F';
  readonly birth: string;
  readonly expiry: string;
  readonly fullName: string;
  readonly personalNumber: string;
}

/** Whose data a foreign chip bears: nobody of the bench's people. */
const STRANGER: ChipHolder = {
  documentNumber: 'C59999998',
  mrzName: 'MO<<MINGSHENG',
  sex: 'M',
  birth: '700101',
  expiry: '391231',
  fullName: '莫明生',
  personalNumber: '440606197001010011',
};

/** Data groups by number, with the tag that EF.COM lists (ICAO 9303-10 §4.6.2.1, table 31). */
const GROUP_TAGS: ReadonlyMap<number, number> = new Map([
  [1, 0x61],
  [2, 0x75],
  [11, 0x6b],
  [14, 0x6e],
  [15, 0x6f],
]);

/** The elementary files of one chip under the application, made as they are asked for and then kept until the field is
 *  gone; the counter alone is read anew each time, because it changes while the card is in the machine. */
export class ChipFiles {
  readonly #card: SimulatedPermit;
  readonly #faults: ReadonlySet<ChipFault>;
  readonly #made = new Map<number, Buffer | undefined>();

  constructor(card: SimulatedPermit, faults: ReadonlySet<ChipFault>) {
    this.#card = card;
    this.#faults = faults;
  }

  /** A file by its identifier (9303-10 §4.6); `undefined` when this chip does not hold it. */
  file(identifier: number): Buffer | undefined {
    if (identifier === 0x0f01)
      return object(0x53, Buffer.from('YM1', 'latin1'), Buffer.from([this.#card.endorsementCounter & 0xff]));
    if (!this.#made.has(identifier)) this.#made.set(identifier, this.#make(identifier));
    return this.#made.get(identifier);
  }

  get #offers(): ChipOffers {
    return this.#card.chipOffers ?? {};
  }

  #make(identifier: number): Buffer | undefined {
    const groups = dataGroups(this.#card, this.#offers, this.#faults);
    if (identifier === 0x011e) return commonFile([...groups.keys()]);
    if (identifier === 0x011d) return this.#securityObject(groups);
    // After signing: the security object still speaks of the face that was there.
    if (identifier === 0x0102 && this.#faults.has('foreign-face')) return faceFile(strangersFace());
    return identifier >> 8 === 0x01 ? groups.get(identifier & 0xff) : undefined;
  }

  #securityObject(groups: ReadonlyMap<number, Buffer>): Buffer | undefined {
    if (this.#offers.isSigned !== true || this.#faults.has('no-security-object')) return undefined;
    const isForeign = this.#faults.has('foreign-signer');
    const kind = isForeign ? 'foreign' : this.#faults.has('expired-signer') ? 'expired' : 'genuine';
    return securityObject(groups, documentSigner(kind));
  }
}

/** Every data group as it was when the document was signed, by number. */
function dataGroups(
  card: SimulatedPermit,
  offers: ChipOffers,
  faults: ReadonlySet<ChipFault>,
): ReadonlyMap<number, Buffer> {
  const isForeign = faults.has('F47');
  const holder: ChipHolder = isForeign
    ? STRANGER
    : { ...card, ...(offers.holder ?? { fullName: '', personalNumber: '' }) };
  const memory = chipMemory(card).own;
  const groups = new Map<number, Buffer>();
  groups.set(1, object(0x61, object(0x5f1f, Buffer.from(zone(holder, offers.zone), 'latin1'))));
  groups.set(2, faceFile(Buffer.from(card.faceImage)));
  if (offers.holder !== undefined) groups.set(11, holderFile(holder, faults.has('dg11-malformed')));
  if (offers.chipAuthentication !== undefined || offers.activeAuthentication === 'ECDSA' || offers.pace !== undefined)
    groups.set(14, securityInfosFile(offers, memory.agreement.point));
  if (offers.activeAuthentication !== undefined)
    groups.set(15, object(0x6f, publicKeyInfo(memory.activeKey(offers.activeAuthentication))));
  return groups;
}

/** EF.COM: LDS 1.7, Unicode 4.0.0, the tags of what is there. */
function commonFile(groups: readonly number[]): Buffer {
  const tags = groups.map((group) => GROUP_TAGS.get(group) ?? 0);
  return object(
    0x60,
    object(0x5f01, Buffer.from('0107')),
    object(0x5f36, Buffer.from('040000')),
    object(0x5c, Buffer.from(tags)),
  );
}

/** DG11: 6B { 5C tags, 5F0E name in full, 5F10 personal number, 5F2B birth }. A malformed one claims a name longer than
 *  the file.
 *  @source ICAO 9303-10 §4.7.11 */
function holderFile(holder: ChipHolder, isMalformed: boolean): Buffer {
  const century = holder.birth < '300101' ? '20' : '19';
  const tags = object(0x5c, Buffer.from('5f0e5f105f2b', 'hex'));
  const name = object(0x5f0e, Buffer.from(holder.fullName, 'utf8'));
  if (isMalformed) name.writeUInt8(0x7f, 2);
  return object(
    0x6b,
    tags,
    name,
    object(0x5f10, Buffer.from(holder.personalNumber, 'latin1')),
    object(0x5f2b, Buffer.from(century + holder.birth, 'latin1')),
  );
}

function zone(holder: ChipHolder, form: ChipOffers['zone']): string {
  if (form === 'TD3') return bookletZone(holder);
  return form === 'permitLine' ? permitLine(holder) : cardSizeZone(holder);
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

/** Two lines of 44 (9303-4 §4.2.2). */
function bookletZone(holder: ChipHolder): string {
  const number = holder.documentNumber.padEnd(9, '<');
  const checked = (text: string): string => text + String(chipCheckDigit(text));
  const first = `POCHN${holder.mrzName}`.slice(0, 44).padEnd(44, '<');
  const [numberField, birth, expiry] = [checked(number), checked(holder.birth), checked(holder.expiry)];
  const optional = checked('<'.repeat(14));
  const composite = chipCheckDigit(numberField + birth + expiry + optional);
  return `${first}${numberField}CHN${birth}${holder.sex}${expiry}${optional}${composite}`;
}

/** The permit's one line of 30 (devices.md §4.4, assumed): it names neither holder nor sex. */
function permitLine(holder: ChipHolder): string {
  const checked = (text: string): string => text + String(chipCheckDigit(text));
  const [number, expiry, birth] = [
    checked(holder.documentNumber.padEnd(9, '<')),
    checked(holder.expiry),
    checked(holder.birth),
  ];
  return `CS${number}<${expiry}<${birth}<${chipCheckDigit(number + expiry + birth)}`;
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

/** A drawn face that no simulated permit bears. */
function strangersFace(): Buffer {
  return readFileSync(new URL('../../testing/things-faces/id-long-name.jpg', import.meta.url));
}
