import type { Goods } from '@yimen/contracts/back-office';
import type { AtCounter, CaseFile, OfficeConfirm } from '../cases/case-file.ts';
import type { Blanks, LicenceForm } from '../vehicle/blanks.ts';

interface LicenceGoods {
  readonly hold: (
    file: CaseFile,
    at: AtCounter,
    spoiledSerial: string | null,
    fields: Readonly<Record<string, string>>,
  ) => Goods;
  readonly release: (file: CaseFile) => void;
  readonly hasWrongSerial: (file: CaseFile, body: OfficeConfirm) => boolean;
  readonly made: (file: CaseFile) => void;
  readonly notMade: (file: CaseFile, body: OfficeConfirm) => void;
  readonly inDoubt: (file: CaseFile) => void;
}

/** A licence of one form: its blank is held by a case, given back, spoiled, made. The same for both forms. */
export function licenceGoods(blanks: Blanks, form: LicenceForm): LicenceGoods {
  return {
    hold: ({ receiptNo }, { terminalId }, spoiledSerial, fields) => {
      if (spoiledSerial !== null) blanks.spoil({ terminalId, form, serials: spoiledSerial.split(','), receiptNo });
      return {
        kind: 'licence',
        form,
        blankSerial: blanks.hold({ terminalId, form, receiptNo }),
        fields: { ...fields },
      };
    },
    release: ({ receiptNo }) => blanks.giveBack(receiptNo),
    hasWrongSerial: ({ receiptNo }, { serial }) => serial !== null && serial !== blanks.heldBy(receiptNo)?.serial,
    // Nothing is held any more for what was made, kept and handed out later by staff.
    made: ({ receiptNo }) =>
      blanks.heldBy(receiptNo) === undefined ? blanks.markKept(receiptNo) : blanks.mark(receiptNo, 'produced'),
    // A serial with it names the blank in the reject bin; without one the blank still lies in the stack.
    notMade: ({ receiptNo }, { serial }) => {
      const terminalId = blanks.heldBy(receiptNo)?.terminalId;
      if (serial !== null && terminalId !== undefined)
        blanks.spoil({ terminalId, form, serials: serial.split(','), receiptNo });
      blanks.giveBack(receiptNo);
    },
    inDoubt: ({ receiptNo }) => blanks.mark(receiptNo, 'suspect'),
  };
}
