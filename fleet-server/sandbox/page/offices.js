/** What each office's tab shows of the state.
 *
 *  @typedef {{receiptNo: string, office: string, item: string, person: string, permitNo?: string, destinations?: string[],
 *    kind?: string, countCode?: string, docKind?: string, reason?: string, mode?: string, plateNo?: string,
 *    violationIds?: string[], onCase: string | null, decision: string, stage: string, waiting: boolean, paid: boolean,
 *    heldUntil: number | null, begunAt: number}} CaseFile
 *  @typedef {{receiptNo: string, office: string, titleZh: string, titleEn: string, holder: string, state: string,
 *    expected: string | null, hallId: string | null, paidOn: string | null, voidOn: string | null,
 *    items: {amountFen: number}[], openItems: {amountFen: number}[]}} Dossier
 *  @typedef {{serial: string, office: string, hallId: string | null, holder: string, state: string, receiptNo: string}} Stored
 *  @typedef {{holder: string, licenceNo: string, class: string, expiry: string, points: number, healthOk: boolean,
 *    photoOk: boolean, status: string, carsHandled: number}} Licence
 *  @typedef {{plateNo: string, plateType: string, engineTail: string, owner: string, registered: string, due: string, use: string, seats: number,
 *    insurance: boolean, tax: boolean, casualty: boolean, status: string, markNo: string | null,
 *    violations: {violationId: string, placeZh: string, placeEn: string, fineFen: number, points: number}[]}} Car
 *  @typedef {{terminalId: string, form: string, stock: number, next: string | null,
 *    elsewhere: {serial: string, state: string}[]}} Blanks
 *  @typedef {{billNo: string, receiptNo: string, amountFen: number, state: string, channel: string, expiresAt: number}} Bill
 *  @typedef {{at: number, what: string, billNo: string, amountFen: number}} Movement
 *  @typedef {{thing: string, chineseName: string}} Person
 *  @typedef {{people: Person[], idCards: Person[], cases: CaseFile[], dossiers: Dossier[], documents: Stored[],
 *    licences: Licence[], cars: Car[], blanks: Blanks[], bills: Bill[], ledger: Movement[]}} Registers
 */
import { block, element, mark, moment, table, yuan } from './dom.js';
import { CHANNELS, ITEMS, languageNow, t, VALUES, worded } from './texts.js';

const CASE_COLUMNS = ['begun', 'receipt', 'who', 'item', 'what', 'decision', 'stage', 'paid', 'held'];
const LEDGER_ROWS = 20;
/** More are worth a word. */
const USUAL_SEATS = 5;

/** The blocks of one office's tab.
 *  @param {string} office
 *  @param {Registers} state
 *  @param {(receiptNo: string, decision: 'approve' | 'refuse') => () => void} deciding
 *  @returns {Node[]} */
export function officeBlocks(office, state, deciding) {
  if (office === 'payment') return [bills(state), ledger(state)];
  const files = state.cases.filter((file) => file.office === office);
  const waiting = files.filter((file) => file.waiting);
  const blocks = [
    block('waiting', caseTable(state, waiting, deciding), waiting.length),
    block('cases', caseTable(state, files)),
  ];
  if (office === 'vehicle') return [...blocks, licences(state), cars(state), blanks(state)];
  return [...blocks, dossiers(state, office), documents(state, office)];
}

/** @param {Registers} state
 *  @param {string} thing */
function nameOf(state, thing) {
  return [...state.people, ...state.idCards].find((person) => person.thing === thing)?.chineseName ?? thing;
}

/** @param {Registers} state
 *  @param {CaseFile[]} files
 *  @param {(receiptNo: string, decision: 'approve' | 'refuse') => () => void} [deciding] */
function caseTable(state, files, deciding) {
  const rows = files.map((file) => [
    moment(file.begunAt),
    file.receiptNo,
    nameOf(state, file.person),
    worded(ITEMS, file.item),
    about(file),
    mark(file.decision),
    mark(file.stage),
    file.paid ? '✓' : '–',
    moment(file.heldUntil),
    ...(deciding === undefined ? [] : [deskButtons(file.receiptNo, deciding)]),
  ]);
  return table(deciding === undefined ? CASE_COLUMNS : [...CASE_COLUMNS, ''], rows);
}

/** @param {CaseFile} file */
function about(file) {
  const { destinations, kind, countCode, docKind, reason, mode, plateNo, violationIds, onCase } = file;
  if (destinations !== undefined && mode === undefined) return `${destinations.join(' + ')} ${kind} ${countCode}`;
  if (onCase !== null) return `${t('onCase')} ${onCase}`;
  const words = [docKind, reason, mode].filter((word) => word !== undefined).map((word) => worded(VALUES, word));
  return [plateNo, ...words, violationIds?.join(' ')].filter(Boolean).join(' ') || '–';
}

/** @param {string} receiptNo
 *  @param {(receiptNo: string, decision: 'approve' | 'refuse') => () => void} deciding */
function deskButtons(receiptNo, deciding) {
  /** @param {'approve' | 'refuse'} decision */
  const button = (decision) => element('button', { onclick: deciding(receiptNo, decision) }, t(decision));
  return element('span', { className: 'buttons' }, button('approve'), button('refuse'));
}

/** @param {Registers} state
 *  @param {string} office */
function dossiers(state, office) {
  const rows = state.dossiers
    .filter((one) => one.office === office)
    .map((one) => [
      one.receiptNo,
      languageNow() === 0 ? one.titleZh : one.titleEn,
      nameOf(state, one.holder),
      mark(one.state),
      one.expected ?? '–',
      one.hallId ?? '–',
      feeState(one),
    ]);
  return block('dossiers', table(['receipt', 'item', 'holder', 'state', 'expected', 'hall', 'yuan'], rows));
}

/** @param {Dossier} dossier */
function feeState({ items, openItems, paidOn, voidOn }) {
  if (items.length === 0) return '–';
  const total = yuan(items.reduce((sum, item) => sum + item.amountFen, 0));
  if (paidOn !== null) return `${total} ✓`;
  return voidOn !== null && openItems.length === 0 ? `${total} ✗` : total;
}

/** @param {Registers} state
 *  @param {string} office */
function documents(state, office) {
  const rows = state.documents
    .filter((one) => one.office === office)
    .map((one) => [one.serial, nameOf(state, one.holder), one.hallId ?? '–', mark(one.state), one.receiptNo]);
  return block('documents', table(['serial', 'holder', 'hall', 'state', 'receipt'], rows));
}

/** @param {Registers} state */
function licences(state) {
  const rows = state.licences.map((one) => {
    const remarks = [
      one.status === 'ok' ? '' : worded(VALUES, one.status),
      one.healthOk ? '' : t('noHealth'),
      one.photoOk ? '' : t('noPhoto'),
    ];
    const said = remarks.filter(Boolean).join(' · ') || '–';
    return [nameOf(state, one.holder), one.licenceNo, one.class, one.expiry, String(one.points), said];
  });
  return block('licences', table(['holder', 'serial', 'class', 'expires', 'points', 'special'], rows));
}

/** @param {Registers} state */
function cars(state) {
  const rows = state.cars.map((car) => {
    const remarks = [
      car.status === 'normal' ? '' : worded(VALUES, car.status),
      car.use === 'private' ? '' : worded(VALUES, car.use),
      car.seats > USUAL_SEATS ? `${car.seats} ${t('seats')}` : '',
      car.insurance ? '' : t('noInsurance'),
      car.tax ? '' : t('noTax'),
      car.casualty ? t('casualty') : '',
      car.markNo ?? '',
    ];
    const open = car.violations.map(
      (one) =>
        `${languageNow() === 0 ? one.placeZh : one.placeEn} ¥${yuan(one.fineFen)} ${one.points} ${t('pointsUnit')}`,
    );
    return [
      `${car.plateNo} (${car.plateType})`,
      car.engineTail,
      nameOf(state, car.owner),
      car.registered,
      car.due,
      remarks.filter(Boolean).join(' · ') || '–',
      lines(open),
    ];
  });
  return block('cars', table(['plate', 'engine', 'owner', 'registered', 'due', 'special', 'violations'], rows));
}

/** @param {string[]} texts */
function lines(texts) {
  if (texts.length === 0) return '–';
  return element('span', { className: 'lines' }, ...texts.map((text) => element('span', {}, text)));
}

/** @param {Registers} state */
function blanks(state) {
  const rows = state.blanks.map((one) => [
    one.terminalId,
    t(one.form === 'vehicle' ? 'vehicleForm' : 'driving'),
    String(one.stock),
    one.next ?? '–',
    one.elsewhere.length === 0
      ? '–'
      : element(
          'span',
          { className: 'lines' },
          ...one.elsewhere.map(({ serial, state: where }) => element('span', {}, `${serial} `, mark(where))),
        ),
  ]);
  return block('blanks', table(['terminal', 'form', 'stock', 'next', 'elsewhere'], rows));
}

/** @param {Registers} state */
function bills(state) {
  const rows = state.bills.map((bill) => [
    bill.billNo,
    bill.receiptNo,
    yuan(bill.amountFen),
    mark(bill.state, bill.state === 'open' ? t('unpaid') : undefined),
    worded(CHANNELS, bill.channel),
    moment(bill.expiresAt),
  ]);
  return block('bills', table(['bill', 'receipt', 'yuan', 'state', 'channel', 'expires'], rows));
}

/** @param {Registers} state */
function ledger(state) {
  const rows = state.ledger
    .slice(0, LEDGER_ROWS)
    .map((line) => [moment(line.at), t(line.what), line.billNo, yuan(line.amountFen)]);
  return block('ledger', table(['time', 'movement', 'bill', 'yuan'], rows));
}
