import { concatBytes, err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { readTlvHead } from '../../framing/tlv.ts';
import type { ChipLink } from './chip-link.ts';
import { chipLimits } from './limits.table.ts';
import { readBinary, selectFile } from './protocol.ts';
import { fileFault, statusWordFault } from './status.ts';

/** Reads one elementary file whole: the first bytes give its length (ICAO 9303-10 §4.6: each file is one data object),
 *  the rest follows in pieces. `undefined` when the chip has no such file.
 *  @fault invalidMedia the file is malformed, cut, or larger than the limit. */
export async function readFile(link: ChipLink, identifier: number): Promise<Result<Uint8Array | undefined, Fault>> {
  const selected = await link.transmit(selectFile(identifier));
  if (!selected.ok) return selected;
  if (selected.value.statusWord === 0x6a82) return ok(undefined);
  const notSelected = statusWordFault(selected.value.statusWord, 'file');
  return notSelected === undefined ? readSelected(link, chipLimits.fileBytes) : err(notSelected);
}

/** Reads the file that is selected.
 *  @param limitBytes longest file that is believed */
export async function readSelected(link: ChipLink, limitBytes: number): Promise<Result<Uint8Array, Fault>> {
  const start = await readAt(link, 0, 4);
  if (!start.ok) return start;
  const head = readTlvHead(start.value, limitBytes - 5);
  // Our files' tags have one byte and lengths at most two after it: four bytes always hold the head.
  if (!head.ok) return err(fileFault({ code: 'FILE_MALFORMED', message: head.error.message }));
  return readRest(link, start.value, head.value.headBytes + head.value.length);
}

async function readRest(link: ChipLink, start: Uint8Array, length: number): Promise<Result<Uint8Array, Fault>> {
  // A file shorter than the four bytes asked for has been read already.
  const pieces = [start.subarray(0, length)];
  let have = Math.min(start.length, length);
  while (have < length) {
    const piece = await readAt(link, have, Math.min(chipLimits.readBytes, length - have));
    if (!piece.ok) return overwritten(pieces, piece.error);
    pieces.push(piece.value);
    have += piece.value.length;
  }
  const file = concatBytes(...pieces);
  for (const piece of pieces) piece.fill(0);
  return ok(file);
}

function overwritten(pieces: readonly Uint8Array[], fault: Fault): Result<never, Fault> {
  for (const piece of pieces) piece.fill(0);
  return err(fault);
}

async function readAt(link: ChipLink, offset: number, count: number): Promise<Result<Uint8Array, Fault>> {
  const answer = await link.transmit(readBinary(offset, count));
  if (!answer.ok) return answer;
  // 6282: the file ended before `count`; allowed for the first look at a file of less than four bytes only.
  const isShortFile = offset === 0 && answer.value.statusWord === 0x6282 && answer.value.data.length >= 2;
  const fault = isShortFile ? undefined : statusWordFault(answer.value.statusWord, 'file');
  if (fault !== undefined) return err(fault);
  if (answer.value.data.length !== count && !isShortFile) {
    return err(fileFault({ code: 'FILE_MALFORMED', message: 'the chip gave another number of bytes than asked' }));
  }
  return ok(answer.value.data);
}
