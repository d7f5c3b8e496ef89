import type { Goods } from '@yimen/contracts/back-office';
import type { BackOfficeBegin } from '../cases/begin-body.ts';
import type { AtCounter, Begun, CaseFile, CaseItem } from '../cases/case-file.ts';
import { addDays } from '../office-clock.ts';
import { cardByNumber } from '../people.ts';
import { refusal } from '../refusals.ts';
import type { OpenViolation, VehicleRegister } from '../vehicle/register.ts';
import { licenceRefusals, violationRefusal } from '../vehicle/rules.ts';

type Body = BackOfficeBegin<'vehicle', 'violation'>;
type Decisions = Extract<Goods, { kind: 'decisions' }>['decisions'];
interface Details {
  readonly holder: string;
  readonly violationIds: readonly string[];
  /** Cars of other people among them. */
  readonly otherCars: readonly string[];
  /** Given with the first reserve. */
  readonly decisions: Decisions;
}
/** A fine is due within so many days of its decision. */
const DUE_DAYS = 15;

/** 非现场交通违法自助处理: penalty decisions that stand once they are confirmed, paid or not. */
export function createViolationItem(register: VehicleRegister): CaseItem<Body, Details> {
  return {
    name: 'violation',
    personOf: ({ idNo }) => cardByNumber(idNo)?.thing ?? null,
    begin: (body, at) => begin(register, body, at),
    reserve: (file, at) => reserve(register, file, at),
    release: ({ details, receiptNo }) => {
      for (const id of details.violationIds) if (register.claimantOf(id) === receiptNo) register.freeViolation(id);
    },
    produced: ({ details }) => {
      const points = details.decisions.reduce((sum, one) => sum + one.points, 0);
      register.chargeDriver(details.holder, points, null);
      for (const car of details.otherCars) register.chargeDriver(details.holder, 0, car);
    },
  };
}

function begin(register: VehicleRegister, body: Body, { today }: AtCounter): Begun<Details> {
  const holder = cardByNumber(body.idNo)?.thing ?? '';
  const driver = register.driver(holder);
  const open = body.violationIds.map((id) => register.openViolation(id));
  const wanted = open.filter((one): one is OpenViolation => one !== undefined);
  const isTwice = new Set(body.violationIds).size !== body.violationIds.length;
  const standing = licenceRefusals(driver, 'violation', [], today)[0] ?? null;
  const refused =
    standing ??
    (driver?.licenceNo === body.licenceNo ? null : refusal('data-differs')) ??
    (wanted.length < open.length || isTwice ? refusal('none-found') : null) ??
    (driver === undefined ? null : violationRefusal(driver, wanted));
  const otherCars = [...new Set(wanted.filter(({ car }) => car.owner !== holder).map(({ car }) => car.plateNo))];
  const details = { holder, violationIds: body.violationIds, otherCars, decisions: [] };
  return { refusal: refused, decision: 'approved', details };
}

function reserve(
  register: VehicleRegister,
  file: CaseFile<Details>,
  { today }: AtCounter,
): ReturnType<CaseItem<Body, Details>['reserve']> {
  const { details, receiptNo } = file;
  const claimed = details.violationIds.map((id) => register.claimantOf(id));
  if (claimed.some((by) => by !== undefined && by !== receiptNo)) return { refusal: refusal('none-found') };
  const decisions =
    details.decisions.length > 0
      ? details.decisions
      : details.violationIds.flatMap((id) => decide(register, id, today));
  for (const id of details.violationIds) register.claimViolation(id, receiptNo);
  return { goods: { kind: 'decisions', decisions }, details: { ...details, decisions } };
}

function decide(register: VehicleRegister, violationId: string, today: string): Decisions {
  const violation = register.openViolation(violationId);
  if (violation === undefined) return [];
  const number = String(register.nextNumber('decision')).padStart(6, '0');
  const { fineFen, points } = violation;
  return [
    {
      decisionNo: `4406${today.replaceAll('-', '')}${number}`,
      violationId,
      fineFen,
      points,
      dueDate: addDays(today, DUE_DAYS),
    },
  ];
}
