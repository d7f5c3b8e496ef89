import type { BackOfficeBegin } from '../cases/begin-body.ts';
import type { CaseItem } from '../cases/case-file.ts';
import { cardByNumber, cardByThing, nameOf } from '../people.ts';
import { refusal } from '../refusals.ts';
import type { Blanks } from '../vehicle/blanks.ts';
import type { Car, VehicleRegister } from '../vehicle/register.ts';
import { carRefusals } from '../vehicle/rules.ts';
import { licenceGoods } from './licence-goods.ts';

type Body = BackOfficeBegin<'vehicle', 'vlic'>;
interface Details {
  readonly plateType: string;
  readonly plateNo: string;
  readonly reason: Body['reason'];
}

/** 补领、换领机动车行驶证. */
export function createVlicItem(register: VehicleRegister, blanks: Blanks): CaseItem<Body, Details> {
  const goods = licenceGoods(blanks, 'vehicle');
  return {
    name: 'vlic',
    personOf: ({ idNo }) => cardByNumber(idNo)?.thing ?? null,
    begin: ({ plateType, plateNo, idNo, reason }, { today }) => {
      const car = register.car(plateType, plateNo);
      const [refused = null] = carRefusals(car, cardByNumber(idNo)?.thing, 'vlic', today);
      return { refusal: refused, decision: 'approved', details: { plateType, plateNo, reason } };
    },
    reserve: (file, at, spoiledSerial) => {
      const car = register.car(file.details.plateType, file.details.plateNo);
      if (car === undefined) return { refusal: refusal('plate-unknown') };
      return { goods: goods.hold(file, at, spoiledSerial, fieldsOf(car, file.receiptNo, at.today)) };
    },
    release: goods.release,
    hasWrongSerial: goods.hasWrongSerial,
    produced: goods.made,
    notProduced: goods.notMade,
    inDoubt: goods.inDoubt,
  };
}

function fieldsOf(car: Car, fileNo: string, today: string): Record<string, string> {
  const card = cardByThing(car.owner);
  return {
    plateNo: car.plateNo,
    plateType: car.plateType,
    owner: card === undefined ? '' : nameOf(card),
    address: card?.fields.address ?? '',
    model: car.modelZh,
    use: car.use === 'private' ? '非营运' : '营运',
    seats: String(car.seats),
    engineTail: car.engineTail,
    registered: car.registered,
    issued: today,
    fileNo,
    issuer: '广东省佛山市公安局交通警察支队',
  };
}
