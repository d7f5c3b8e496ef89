import type { BackOfficeBegin } from '../cases/begin-body.ts';
import type { AtCounter, Begun, CaseItem } from '../cases/case-file.ts';
import { addMonths } from '../office-clock.ts';
import { cardByNumber } from '../people.ts';
import { type PictureMark, pictureMark } from '../pictures.ts';
import { refusal } from '../refusals.ts';
import type { VehicleRegister } from '../vehicle/register.ts';
import { carRefusals } from '../vehicle/rules.ts';

type Body = BackOfficeBegin<'vehicle', 'inspect'>;
interface Details {
  readonly plateType: string;
  readonly plateNo: string;
  readonly materials: readonly (PictureMark & { readonly what: string })[];
  /** Given with the first reserve. */
  readonly markNo: string | null;
  readonly validUntil: string | null;
}
/** The next mark is due two years later. */
const MARK_MONTHS = 24;

/** 核发机动车检验标志: an electronic mark for a car that is exempt from inspection. */
export function createInspectItem(register: VehicleRegister): CaseItem<Body, Details> {
  return {
    name: 'inspect',
    personOf: ({ idNo }) => cardByNumber(idNo)?.thing ?? null,
    begin: (body, at) => begin(register, body, at),
    reserve: (file, { today }) => {
      const { details } = file;
      const car = register.car(details.plateType, details.plateNo);
      if (car === undefined) return { refusal: refusal('plate-unknown') };
      // Another case may have given the mark since this one was begun.
      const [refused] = details.markNo === null ? carRefusals(car, car.owner, 'inspect', today) : [];
      if (refused !== undefined) return { refusal: refused };
      const from = car.due > today ? car.due : today;
      const validUntil = details.validUntil ?? addMonths(from, MARK_MONTHS);
      const number = (): string => `JY${today.slice(0, 4)}${String(register.nextNumber('mark')).padStart(6, '0')}`;
      const markNo = details.markNo ?? number();
      return { goods: { kind: 'mark', markNo, validUntil }, details: { ...details, markNo, validUntil } };
    },
    produced: ({ details }) => {
      const car = register.car(details.plateType, details.plateNo);
      if (car !== undefined && details.markNo !== null && details.validUntil !== null)
        register.giveMark(car, details.markNo, details.validUntil);
    },
  };
}

function begin(register: VehicleRegister, body: Body, { today }: AtCounter): Begun<Details> {
  const { plateType, plateNo, materials } = body;
  const car = register.car(plateType, plateNo);
  const [refused = null] = carRefusals(car, cardByNumber(body.idNo)?.thing, 'inspect', today);
  const brought = new Set(materials.map(({ what }) => what));
  const lacks =
    car?.insurance === false && !brought.has('insurance')
      ? refusal('no-insurance')
      : car?.tax === false && !brought.has('tax')
        ? refusal('no-tax')
        : null;
  return {
    refusal: refused ?? lacks,
    // A person looks at what was scanned.
    decision: materials.length > 0 ? 'pending' : 'approved',
    details: {
      plateType,
      plateNo,
      materials: materials.map(({ what, page }) => ({ what, ...pictureMark(page) })),
      markNo: null,
      validUntil: null,
    },
  };
}
