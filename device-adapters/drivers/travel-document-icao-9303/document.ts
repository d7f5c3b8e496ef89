import { Buffer } from 'node:buffer';
import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault, TravelDocument } from '@yimen/contracts/device';
import { ChipProof, type ListedGroups } from './authenticity/chip-proof.ts';
import { authenticityOf, authenticityWord, isVouchedFor, listedGroups } from './authenticity/passive-authentication.ts';
import type { TrustAnchors } from './authenticity/trust-anchors.ts';
import type { ChipLink } from './chip-link.ts';
import { readCom, readDg1, readDg11, readDg2, readEndorsements, type HolderDetails } from './data-groups.ts';
import { FileShelf } from './file-shelf.ts';
import type { MachineReadableZone } from './mrz.ts';
import { FILE, GROUP } from './protocol.ts';

/** What one read is judged by, and what is known of its chip already. */
export interface ReadContext {
  readonly access: TravelDocument['access'];
  readonly anchors: TrustAnchors;
  readonly nowMs: number;
  /** `failed`: chip authentication ended an earlier conversation of this read, and is not tried again. */
  readonly chipAuthentication: 'untried' | 'failed';
}

/** Reads an open chip whole: EF.COM, EF.SOD, chip authentication, the data groups that are offered, active
 *  authentication, the endorsement counter. Either everything comes back or a fault; the files' bytes are overwritten
 *  once they are in the result. What the chip says is given as it says it: whether it belongs to the printed page (F47)
 *  is for the caller, who has both. */
export async function readDocumentFiles(link: ChipLink, context: ReadContext): Promise<Result<TravelDocument, Fault>> {
  const files = new FileShelf(link);
  const document = await assemble(link, files, context);
  files.wipe();
  return document;
}

async function assemble(
  link: ChipLink,
  files: FileShelf,
  context: ReadContext,
): Promise<Result<TravelDocument, Fault>> {
  const tags = await files.file(FILE.com, readCom);
  if (!tags.ok) return tags;
  const securityObject = await files.optional(FILE.sod);
  if (!securityObject.ok) return securityObject;
  const listed = { tags: tags.value, numbers: listedGroups(securityObject.value) };
  const chip = new ChipProof(link, files, listed, context.chipAuthentication);
  const before = await chip.beforeGroups();
  if (!before.ok) return before;
  const groups = await readGroups(files, listed);
  if (!groups.ok) return groups;
  const after = await chip.afterGroups();
  if (!after.ok) return after;
  const counter = await readCounter(files);
  if (!counter.ok) return counter;
  const { anchors, nowMs, access } = context;
  const reason = authenticityOf({ securityObject: securityObject.value, groups: files.groups, anchors, nowMs });
  return ok({
    ...groups.value.zone,
    faceImage: groups.value.face === null ? null : Buffer.from(groups.value.face).toString('base64'),
    access,
    holder: groups.value.holder,
    authenticity: authenticityWord(reason),
    authenticityReason: reason,
    // A key that nobody vouches for proves only that the copy is consistent.
    chipAuthenticity: chip.proof === 'passed' && !isVouchedFor(reason) ? 'failed' : chip.proof,
    endorsementCounter: counter.value,
  });
}

interface PersonalGroups {
  readonly zone: MachineReadableZone;
  readonly face: Uint8Array | null;
  readonly holder: HolderDetails | null;
}

async function readGroups(files: FileShelf, { tags }: ListedGroups): Promise<Result<PersonalGroups, Fault>> {
  const zone = await files.group(GROUP.dg1, readDg1);
  if (!zone.ok) return zone;
  const face = tags.includes(GROUP.dg2.tag) ? await files.group(GROUP.dg2, readDg2) : ok(null);
  if (!face.ok) return face;
  const holder = tags.includes(GROUP.dg11.tag) ? await files.group(GROUP.dg11, readDg11) : ok(null);
  return holder.ok ? ok({ zone: zone.value, face: face.value, holder: holder.value }) : holder;
}

/** Chips refuse a file that they do not have, or do not open to us, in their own way; some leave secure messaging to
 *  say so. The counter is read last, so that this costs nothing else. */
async function readCounter(files: FileShelf): Promise<Result<number | null, Fault>> {
  const file = await files.optional(FILE.endorsements);
  if (file.ok) return ok(file.value === undefined ? null : (readEndorsements(file.value) ?? null));
  const isNotOffered = file.error.vendorCode === '6A82' || file.error.vendorCode === '6982';
  return isNotOffered ? ok(null) : err(file.error);
}
