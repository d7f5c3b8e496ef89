import { Buffer } from 'node:buffer';
import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault, TravelDocument } from '@yimen/contracts/device';
import type { ChipSession } from './chip-session.ts';
import { readCom, readDg1, readDg2, readEndorsements } from './data-groups.ts';
import { FILE, GROUP_TAG } from './protocol.ts';
import { fileFault } from './status.ts';

/** Reads an open chip whole: EF.COM, DG1, DG2 when it is offered, the endorsement counter when there is one. Either
 *  everything comes back or a fault; the files' bytes are overwritten once they are in the result. What the chip says
 *  is given as it says it: whether it belongs to the printed page (F47) is for the caller, who has both. */
export async function readDocumentFiles(session: ChipSession): Promise<Result<TravelDocument, Fault>> {
  const files = new FileShelf(session);
  const document = await assemble(files);
  files.wipe();
  return document;
}

async function assemble(files: FileShelf): Promise<Result<TravelDocument, Fault>> {
  const groups = await files.parsed(FILE.com, readCom);
  if (!groups.ok) return groups;
  const zone = await files.parsed(FILE.dg1, readDg1);
  if (!zone.ok) return zone;
  const face = groups.value.includes(GROUP_TAG.dg2) ? await files.parsed(FILE.dg2, readDg2) : ok(null);
  if (!face.ok) return face;
  const counter = await files.optional(FILE.endorsements);
  if (!counter.ok && !isNotOffered(counter.error)) return counter;
  return ok({
    ...zone.value,
    faceImage: face.value === null ? null : Buffer.from(face.value).toString('base64'),
    access: 'BAC',
    authenticity: 'notChecked',
    endorsementCounter: counter.ok && counter.value !== undefined ? (readEndorsements(counter.value) ?? null) : null,
  });
}

/** The files of one read, kept so that all can be overwritten at its end, however it ends. */
class FileShelf {
  readonly #session: ChipSession;
  readonly #files: Uint8Array[] = [];

  constructor(session: ChipSession) {
    this.#session = session;
  }

  async optional(identifier: number): Promise<Result<Uint8Array | undefined, Fault>> {
    const file = await this.#session.readFile(identifier);
    if (file.ok && file.value !== undefined) this.#files.push(file.value);
    return file;
  }

  async parsed<T>(
    identifier: number,
    parse: (file: Uint8Array) => Result<T, Parameters<typeof fileFault>[0]>,
  ): Promise<Result<T, Fault>> {
    const file = await this.optional(identifier);
    if (!file.ok) return file;
    const name = identifier.toString(16).padStart(4, '0');
    if (file.value === undefined)
      return err(fileFault({ code: 'FILE_MALFORMED', message: `the chip has no file ${name}` }));
    const parsed = parse(file.value);
    return parsed.ok ? parsed : err(fileFault(parsed.error));
  }

  wipe(): void {
    for (const file of this.#files) file.fill(0);
  }
}

/** Chips refuse a file that they do not have, or do not open to us, in their own way; some leave secure messaging to
 *  say so. The counter is read last, so that this costs nothing else. */
function isNotOffered(fault: Fault): boolean {
  return fault.vendorCode === '6A82' || fault.vendorCode === '6982';
}
