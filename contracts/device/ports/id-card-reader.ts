import { z } from 'zod';
import type { PortOf } from '../port.ts';
import { read } from '../port.ts';

const nothing = z.strictObject({});

/** Which of the four layouts a card has (devices: character at byte offset 248). */
export const idCardKindSchema = z.enum(['citizen', 'hmt-resident', 'foreigner-2017', 'foreigner-2023']);
export type IdCardKind = z.infer<typeof idCardKindSchema>;

/** What a card says of its holder, in the card's own text with trailing spaces removed. Personal: it goes from the host
 *  to the session and nowhere else. Dates are YYYYMMDD, `validTo` may be 长期; `sex` and `nation` stay codes. */
export const identitySchema = z.object({
  kind: idCardKindSchema,
  fields: z.partialRecord(
    z.enum([
      'name',
      'sex',
      'nation',
      'birth',
      'address',
      'idNumber',
      'issuer',
      'validFrom',
      'validTo',
      'passNumber',
      'issueCount',
      'englishName',
      'chineseName',
      'nationality',
      'cardVersion',
      'authority',
      'renewCount',
      'oldNumberLink',
    ]),
    z.string().max(128),
  ),
  /** As the card has it: 1,024 bytes of WLT, base64. `shown` is the decoded picture (JPEG or BMP, base64), or null when no
   *  decoder is installed: then the picture is present and cannot be shown. */
  photo: z.object({ wlt: z.string().max(1_400), shown: z.string().max(60_000).nullable() }).nullable(),
  /** Two templates of 512 bytes (assumed), opaque, base64; null when not asked for or the card has none. */
  fingerprint: z.string().max(1_400).nullable(),
});
export type Identity = z.infer<typeof identitySchema>;

/** Resident ID card reader with SAM. Reads only: nothing moves. A card that was read stays where the citizen laid it. */
export const idCardReaderPort = {
  kind: 'id-card-reader',
  verbs: {
    /** Waits for a card to be laid on. No card before the deadline: `noMedia`. */
    waitForCard: read(nothing, z.object({ present: z.literal(true) })),
    /** Reads the card that lies on the reader, whole or not at all. A second read of the same card does not need it
     *  lifted. */
    readIdentity: read(z.strictObject({ fingerprint: z.boolean() }), identitySchema),
    /** The newest added address; null when the card has none. */
    readExtraAddress: read(nothing, z.object({ address: z.string().max(70).nullable() })),
    samIdentity: read(nothing, z.object({ samId: z.string().max(40) })),
    /** Waits until the card has been lifted. Still there at the deadline: `notTaken`. */
    waitForRemoval: read(nothing, z.object({ present: z.literal(false) })),
  },
} as const;
export type IdCardReader = PortOf<typeof idCardReaderPort>;
