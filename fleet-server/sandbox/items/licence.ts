import type { BackOfficeBegin } from '../cases/begin-body.ts';
import type { AtCounter, Begun, CaseFile, CaseItem } from '../cases/case-file.ts';
import { addMonths } from '../office-clock.ts';
import { cardByNumber, cardByThing, dashed, nameOf } from '../people.ts';
import { type PictureMark, pictureMark } from '../pictures.ts';
import { refusal } from '../refusals.ts';
import type { Blanks } from '../vehicle/blanks.ts';
import type { Driver, VehicleRegister } from '../vehicle/register.ts';
import { licenceRefusals } from '../vehicle/rules.ts';
import { licenceGoods } from './licence-goods.ts';

type Body = BackOfficeBegin<'vehicle', 'licence'>;
interface Details {
  readonly holder: string;
  readonly reason: Body['reason'];
  readonly photo: PictureMark | null;
}
const MONTHS = 12;

/** 机动车驾驶证期满换证、遗失补证、损毁换证. */
export function createLicenceItem(register: VehicleRegister, blanks: Blanks): CaseItem<Body, Details> {
  const goods = licenceGoods(blanks, 'driving');
  return {
    name: 'licence',
    personOf: ({ idNo }) => cardByNumber(idNo)?.thing ?? null,
    begin: (body, at) => begin(register, body, at),
    reserve: (file, at, spoiledSerial) => {
      const driver = register.driver(file.details.holder);
      if (driver === undefined) return { refusal: refusal('data-differs') };
      const { holder, reason } = file.details;
      const open = register.openViolationsOfOwner(holder);
      // Another case may have renewed it since this one was begun; what is paid keeps its right.
      const [refused] = file.paid ? [] : licenceRefusals(driver, reason, open, at.today);
      if (refused !== undefined) return { refusal: refused };
      return { goods: goods.hold(file, at, spoiledSerial, fieldsOf(driver, file, at.today)) };
    },
    release: goods.release,
    hasWrongSerial: goods.hasWrongSerial,
    produced: (file, _body, at) => {
      goods.made(file);
      const driver = register.driver(file.details.holder);
      if (driver !== undefined) register.renewLicence(driver.holder, newExpiry(driver, file.details.reason, at.today));
    },
    notProduced: goods.notMade,
    inDoubt: goods.inDoubt,
  };
}

function begin(register: VehicleRegister, body: Body, { today }: AtCounter): Begun<Details> {
  const holder = cardByNumber(body.idNo)?.thing ?? '';
  const driver = register.driver(holder);
  const [refused] = licenceRefusals(driver, body.reason, register.openViolationsOfOwner(holder), today);
  const isOther = driver !== undefined && driver.licenceNo !== body.licenceNo;
  const lacksPhoto = driver !== undefined && !driver.photoOk && body.photo === null;
  return {
    refusal: refused ?? (isOther ? refusal('data-differs') : lacksPhoto ? refusal('no-photo') : null),
    decision: 'approved',
    details: { holder, reason: body.reason, photo: body.photo === null ? null : pictureMark(body.photo) },
  };
}

/** A renewed licence runs on from the old one's end; a replaced one keeps it. `9999-12-31` stands for 长期. */
const FOR_EVER = '9999-12-31';
function newExpiry(driver: Driver, reason: Body['reason'], today: string): string {
  if (reason !== 'expiry') return driver.expiry;
  if (driver.newTerm === 'long') return FOR_EVER;
  const from = driver.expiry > today ? driver.expiry : today;
  return addMonths(from, Number(driver.newTerm) * MONTHS);
}

/** What is printed, by the field names of the form (letters and digits, at most 24 fields of 200 bytes). */
function fieldsOf(driver: Driver, file: CaseFile<Details>, today: string): Record<string, string> {
  const card = cardByThing(driver.holder);
  const until = newExpiry(driver, file.details.reason, today);
  return {
    licenceNo: driver.licenceNo,
    name: card === undefined ? '' : nameOf(card),
    sex: card?.fields.sex === '2' ? '女' : '男',
    nationality: card?.fields.nationality ?? '中国',
    address: card?.fields.address ?? '',
    birth: dashed(card?.fields.birth ?? ''),
    class: driver.class,
    issued: today,
    validFrom: today,
    validUntil: until === FOR_EVER ? '长期' : until,
    fileNo: file.receiptNo,
    issuer: '广东省佛山市公安局交通警察支队',
  };
}
