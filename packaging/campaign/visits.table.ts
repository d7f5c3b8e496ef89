import { ID_CARDS } from '@yimen/contracts/testing';
import type { Visit } from '../citizen/visits.table.ts';

type Brought = Partial<Visit>;

const idNo = (thing: string): string => ID_CARDS.find((card) => card.thing === thing)?.fields.idNumber ?? '';
const car = (idCard: string, plateNo: string, answers: Visit['answers'] = {}): Brought => ({
  idCard,
  answers: { plateNo, engineTail: `E${plateNo.slice(-3)}`, ...answers },
});

/** Who comes for a service, in this order, each once in a demonstration's life: a second visit of the same person is
 *  another story (already paid, already open) and would say little about a crash. */
export const CAMPAIGN_VISITS: Readonly<Record<string, readonly Brought[]>> = {
  'exit.endorse': [
    {},
    { permit: 'permit-wang-wei' },
    { permit: 'permit-lost-answer' },
    { permit: 'permit-pending-review' },
  ],
  'exit.prereg': [
    { answers: { docKind: 'tw-permit' } },
    { idCard: 'id-li-ming', answers: { docKind: 'tw-permit' } },
    { idCard: 'id-chen-jing', answers: { docKind: 'tw-permit' } },
  ],
  'exit.pay': [{ code: 'qr-pay' }, { code: 'qr-pay-2' }, { idCard: 'id-wang-wei', answers: { how: 'id-card' } }],
  'exit.card': [
    { answers: { mode: 'approved' } },
    { permit: 'permit-refused', answers: { mode: 'reprint' } },
    { permit: 'permit-expiring', answers: { mode: 'approved' } },
  ],
  'exit.collect': [
    { code: 'qr-collect' },
    { idCard: 'id-wang-wei', answers: { how: 'id-card' } },
    { idCard: 'id-chen-jing', answers: { how: 'id-card' } },
  ],
  'veh.licence': [
    {},
    { idCard: 'id-li-ming', answers: { reason: 'loss' } },
    { idCard: 'id-rare-name', answers: { reason: 'damage' } },
  ],
  'veh.vlic': [
    { old: 'old-vehicle-licence' },
    { old: 'old-vehicle-licence', ...car('id-li-ming', '粤XA1002', { reason: 'loss' }) },
    { old: 'old-vehicle-licence', ...car('id-li-ming', '粤XA1009', { reason: 'damage' }) },
    { old: 'old-vehicle-licence', ...car('id-li-ming', '粤XA1010', { reason: 'loss' }) },
  ],
  'veh.inspect': [car('id-li-na', '粤XA1001'), car('id-li-ming', '粤XA1002'), car('id-li-ming', '粤XA1008')],
  'veh.violation': [
    car('id-li-na', '粤XA1006'),
    car('id-li-ming', '粤XA1005', { violation: 'V20261002' }),
    car('id-li-na', '粤XA1005', { violation: 'V20261001', payWhen: 'later' }),
  ],
  'hh.idapply': [{ code: 'qr-photo', answers: { reason: 'loss' } }],
  'hh.idcollect': [
    { code: 'qr-collect-id' },
    { idCard: 'id-li-ming', answers: { how: 'id-number', idNo: idNo('id-li-ming') } },
    { idCard: 'id-wang-wei', answers: { how: 'id-number', idNo: idNo('id-wang-wei') } },
    { idCard: 'id-chen-jing', answers: { how: 'id-number', idNo: idNo('id-chen-jing') } },
  ],
};

/** Who is refused, and rightly: as often as somebody likes. */
export const REFUSED_VISITS: Readonly<Record<string, Brought>> = {
  'exit.endorse': { permit: 'permit-expired' },
  'exit.prereg': { idCard: 'id-li-ming', answers: { docKind: 'passport' } },
  'exit.pay': { code: 'qr-not-payable' },
  'exit.card': { permit: 'permit-wang-wei', answers: { mode: 'approved' } },
  'exit.collect': { code: 'qr-not-ready' },
  'veh.licence': { idCard: 'id-wang-wei' },
  'veh.vlic': car('id-li-ming', '粤XA1001', { reason: 'loss' }),
  'veh.inspect': car('id-li-ming', '粤XA1012'),
  'veh.violation': car('id-li-ming', '粤XA1007'),
  'hh.idapply': { code: 'qr-photo-old', answers: { reason: 'damage' } },
  'hh.idcollect': { code: 'qr-pay' },
};

/** Rows that a session journals on the straight way of each service, about: boundaries are drawn from these. A session that
 *  ends earlier is counted as one whose boundary was not reached. */
export const JOURNAL_ROWS: Readonly<Record<string, number>> = {
  'exit.endorse': 85,
  'exit.prereg': 67,
  'exit.pay': 59,
  'exit.card': 81,
  'exit.collect': 54,
  'veh.licence': 75,
  'veh.vlic': 75,
  'veh.inspect': 50,
  'veh.violation': 75,
  'hh.idapply': 70,
  'hh.idcollect': 50,
};
