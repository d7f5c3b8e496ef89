import type { BackOfficeBegin } from '../cases/begin-body.ts';
import type { AtCounter, Begun, CaseItem } from '../cases/case-file.ts';
import type { Dossier, Dossiers } from '../cases/dossiers.ts';
import { createEndorsementGoods, type EndorsementDetails } from '../exit-entry/endorsement-goods.ts';
import type { Permits, RegisteredEndorsement } from '../exit-entry/permits.ts';
import { permitByNumber } from '../people.ts';
import { refusal } from '../refusals.ts';

type Body = BackOfficeBegin<'exitEntry', 'print'>;
interface Details extends EndorsementDetails {
  readonly mode: Body['mode'];
  /** The case whose approval is printed. */
  readonly approvedBy: string | null;
}

/** What the register of approvals holds for everybody who waits: one journey of team travel to Macau. */
const APPROVED = { destinations: ['MAC'], kind: 'L', countCode: 'once' } as const;
const PRINTED = 4;

/** 签注打印/重打: an endorsement that was approved elsewhere, or the faded ones once more. */
export function createPrintItem(permits: Permits, dossiers: Dossiers): CaseItem<Body, Details> {
  const goods = createEndorsementGoods(permits);
  return {
    name: 'print',
    personOf: ({ permitNo }) => permitByNumber(permitNo)?.thing ?? null,
    begin: (body, at) => begin(permits, dossiers, body, at),
    reserve: (file, at) => {
      const { mode, permitNo, approvedBy } = file.details;
      if (mode === 'approved') {
        // Printed at another machine since it was begun here.
        if (dossiers.get(approvedBy ?? '')?.state !== 'reviewed') return { refusal: refusal('no-approved-record') };
        return { goods: goods.hold(file, at.today) };
      }
      const lines = validOnes(permits, permitNo, at.today).map(
        ({ destination, kind, countCode, issued, validUntil, serial }) => ({
          destination,
          kind,
          countCode,
          issued,
          validUntil,
          serial,
        }),
      );
      return lines.length > 0 ? { goods: { kind: 'endorsement', lines } } : { refusal: refusal('no-approved-record') };
    },
    release: goods.release,
    produced: (file, body, at) => {
      if (file.details.mode === 'reprint') return;
      goods.written(file, body);
      const dossier = dossiers.get(file.details.approvedBy ?? '');
      if (dossier !== undefined) dossiers.keep({ ...dossier, state: 'delivered', since: at.today });
    },
    notProduced: goods.notWritten,
    inDoubt: goods.inDoubt,
  };
}

function begin(permits: Permits, dossiers: Dossiers, body: Body, at: AtCounter): Begun<Details> {
  const { permitNo, mode, approvalNo } = body;
  const person = permitByNumber(permitNo);
  const approval = person === undefined ? undefined : waiting(dossiers, person.thing, approvalNo);
  const isThere = mode === 'approved' ? approval !== undefined : validOnes(permits, permitNo, at.today).length > 0;
  const refused =
    person === undefined
      ? refusal('record-check')
      : person.thing === 'permit-recent'
        ? // His card was written to at another machine that never told the register.
          refusal('chip-differs')
        : isThere
          ? null
          : refusal('no-approved-record');
  const details = { ...APPROVED, permitNo, mode, approvedBy: approval?.receiptNo ?? null };
  return { refusal: refused, decision: 'approved', details };
}

function waiting(dossiers: Dossiers, permit: string, approvalNo: string): Dossier | undefined {
  return dossiers
    .ofPermit('exit-entry', permit)
    .find((one) => one.approvalNo === approvalNo && one.state === 'reviewed');
}

function validOnes(permits: Permits, permitNo: string, today: string): RegisteredEndorsement[] {
  return permits
    .endorsements(permitNo)
    .filter((one) => !one.cancelled && one.validUntil >= today)
    .slice(-PRINTED);
}
