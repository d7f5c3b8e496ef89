import type { CountCode, Destination, Goods } from '@yimen/contracts/back-office';
import type { CaseFile, OfficeConfirm } from '../cases/case-file.ts';
import type { Permits, SerialEntry } from './permits.ts';
import { journeysOf, lastDayOf } from './rules.ts';

/** An endorsement that a case gives, in its file. */
export interface EndorsementDetails {
  readonly permitNo: string;
  readonly destinations: readonly Destination[];
  readonly kind: 'G' | 'L';
  readonly countCode: CountCode;
}
type EndorsementFile = CaseFile<EndorsementDetails>;

/** New endorsements: their serials are held by a case, given back, written. */
export interface EndorsementGoods {
  readonly hold: (file: EndorsementFile, today: string) => Goods;
  readonly release: (file: EndorsementFile) => void;
  readonly written: (file: EndorsementFile, body: OfficeConfirm) => void;
  readonly notWritten: (file: EndorsementFile, body: OfficeConfirm) => void;
  readonly inDoubt: (file: EndorsementFile, body: OfficeConfirm) => void;
}

export function createEndorsementGoods(permits: Permits): EndorsementGoods {
  const mark = (file: EndorsementFile, state: SerialEntry['state']): void => {
    for (const entry of permits.serials(file.receiptNo)) permits.keepSerial({ ...entry, state });
  };
  const noteChip = (file: EndorsementFile, body: OfficeConfirm): void => {
    if (body.chipCounter !== null) permits.setChipCounter(file.details.permitNo, body.chipCounter);
  };
  return {
    hold: (file, today) => {
      const serials = heldSerials(permits, file, today);
      for (const entry of serials) permits.keepSerial(entry);
      const { kind, countCode } = file.details;
      const lines = serials.map(({ destination, issued, validUntil, serial }) => ({
        destination,
        kind,
        countCode,
        issued,
        validUntil,
        serial,
      }));
      return { kind: 'endorsement', lines };
    },
    release: (file) => mark(file, 'released'),
    written: (file, body) => {
      mark(file, 'produced');
      const { permitNo, kind, countCode } = file.details;
      for (const { destination, issued, validUntil, serial } of permits.serials(file.receiptNo)) {
        permits.cancelEndorsements(permitNo, destination);
        const remaining = journeysOf(countCode);
        const valid = { permitNo, destination, kind, countCode, issued, validUntil, serial };
        permits.addEndorsement({ ...valid, remaining, cancelled: false });
      }
      // Made earlier, kept, and handed out by staff: the chip was counted when that was told.
      const isCounted = file.notProduced;
      permits.setChipCounter(permitNo, body.chipCounter ?? permits.chipCounter(permitNo) + (isCounted ? 0 : 1));
    },
    notWritten: (file, body) => {
      noteChip(file, body);
      mark(file, 'reserved');
    },
    inDoubt: (file, body) => {
      noteChip(file, body);
      mark(file, 'suspect');
    },
  };
}

/** The serials of the case: those it had before, or new ones; a serial never goes to another case. */
function heldSerials(permits: Permits, file: EndorsementFile, today: string): SerialEntry[] {
  const { destinations, countCode } = file.details;
  const old = permits.serials(file.receiptNo);
  if (old.length > 0) return old.map((entry): SerialEntry => ({ ...entry, state: 'reserved' }));
  return destinations.map((destination) => ({
    serial: permits.newSerial(),
    receiptNo: file.receiptNo,
    destination,
    issued: today,
    validUntil: lastDayOf(countCode, today),
    state: 'reserved',
  }));
}
