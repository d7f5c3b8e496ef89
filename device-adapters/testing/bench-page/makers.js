/** Draws what hands out documents: the licence maker and the stack of finished documents, with their units.
 *
 *  @typedef {import('./elements.js').State} State
 *  @typedef {import('./elements.js').Device} Device
 *  @typedef {import('./elements.js').View} View
 *  @typedef {import('./texts.js').Texts} Texts
 *  @typedef {{type: string, capacity: number, threshold: number, count: number, status: string}} Unit
 *  @typedef {{thing: string, form: string, serial: string, place: string, printed: number, isFinished: boolean,
 *    fields: [string, string][]}} Licence
 *  @typedef {{thing: string, serial: string, read: string}} AtExit
 */
import { button, lamp, landing, make, nameOf } from './elements.js';

const MAKER = 'licence-printer';
const LOCKER = 'document-locker';
/** Where a licence goes, in order. */
const STATIONS = ['works', 'verify', 'exit'];
/** Printed lines that the card shows. */
const LINES = 4;

/** The row in the cabinet's front; nothing when the bench has neither.
 *  @param {State} state
 *  @param {View} view */
export function drawMakers(state, view) {
  const parts = [drawMaker(state, view), drawLocker(state, view)].filter((part) => part !== null);
  return parts.length === 0 ? null : make('div', { class: 'makers' }, ...parts);
}

/** @param {State} state
 *  @param {View} view */
function drawMaker(state, view) {
  const { text, hands } = view;
  const maker = state.devices[MAKER];
  if (maker === undefined) return null;
  const licence = /** @type {Licence | null} */ (maker.state.licence ?? null);
  const isAtExit = licence?.place === 'exit';
  return make(
    'section',
    { class: `port maker ${isAtExit ? 'lit' : ''}`, 'data-kind': MAKER, ...landing(MAKER, hands) },
    make('h3', {}, lamp(maker, text), text.kinds[MAKER] ?? '', drawSays(maker, text)),
    make('ol', { class: 'stations' }, ...STATIONS.map((station) => drawStation(station, licence, maker, text))),
    drawBar(maker, text),
    isAtExit
      ? button(`take ${MAKER}`, text.takeLicence, () => hands.take(MAKER), { class: 'primary' })
      : drawSlotForOld(maker, view),
    drawUnits(maker, text),
  );
}

/** @param {string} station
 *  @param {Licence | null} licence
 *  @param {Device} maker
 *  @param {Texts} text */
function drawStation(station, licence, maker, text) {
  const isHere = licence?.place === station;
  const isStuck = isHere && maker.state.media === 'jammed';
  return make(
    'li',
    { class: `${isHere ? 'here' : ''} ${isStuck ? 'stuck' : ''}`, 'aria-current': isHere ? 'step' : undefined },
    make('span', { class: 'bed' }, licence !== null && isHere ? drawLicence(licence, text) : null),
    make('span', {}, text.stations[station] ?? ''),
  );
}

/** A licence as far as it is printed.
 *  @param {Licence} licence
 *  @param {Texts} text */
function drawLicence({ thing, serial, fields, printed, isFinished }, text) {
  const lines = fields.slice(0, LINES).map(([name, line]) => make('i', {}, `${name} ${line}`));
  return make(
    'span',
    { class: `licence printed-${printed} ${isFinished ? 'finished' : ''}`, title: serial },
    make('b', {}, text.others[thing] ?? thing),
    ...lines,
  );
}

/** The slot for old licences; while staff have the machine open, the mouth that takes packs of blanks.
 *  @param {Device} maker
 *  @param {View} view */
function drawSlotForOld({ state }, { text, held, hands, things, lang }) {
  const isOpen = state.slot === 'open';
  const isExchange = state.exchange === true;
  const thing = things.get(held ?? '');
  const fits = (thing?.type === 'old-licence' && isOpen) || (thing?.type === 'blanks' && isExchange);
  const says = isExchange ? text.makerOpen : (text.slots[String(state.slot)] ?? '');
  return make(
    'div',
    { class: 'pair-slot' },
    make(
      'button',
      {
        type: 'button',
        class: `mouth ${isOpen || isExchange ? 'open' : ''}`,
        'data-key': 'maker-mouth',
        disabled: !fits,
        onclick: () => hands.put(MAKER),
      },
      make('span', { class: 'label' }, thing !== undefined && fits ? text.slotPut(nameOf(thing, lang)) : says),
    ),
    isOpen
      ? button('give old', text.giveOld, () => hands.put(MAKER, 'old-driving-licence'), { class: 'primary' })
      : null,
  );
}

/** @param {State} state
 *  @param {View} view */
function drawLocker(state, view) {
  const { text, hands, held, things, lang } = view;
  const locker = state.devices[LOCKER];
  if (locker === undefined) return null;
  const atExit = /** @type {AtExit | null} */ (locker.state.atExit ?? null);
  const isExchange = locker.state.exchange === true;
  const thing = things.get(held ?? '');
  const fits = thing?.type === 'document' && isExchange;
  const lying = Array.isArray(locker.state.documents) ? locker.state.documents.length : 0;
  const says = isExchange ? text.lockerOpen : text.lockerHolds(lying);
  const known = atExit === null ? undefined : things.get(atExit.thing);
  return make(
    'section',
    { class: `port locker ${atExit ? 'lit' : ''}`, 'data-kind': LOCKER, ...landing(LOCKER, hands) },
    make('h3', {}, lamp(locker, text), text.kinds[LOCKER] ?? '', drawSays(locker, text)),
    make(
      'button',
      {
        type: 'button',
        class: `mouth ${isExchange ? 'open' : ''}`,
        'data-key': 'locker-mouth',
        disabled: !fits,
        onclick: () => hands.put(LOCKER),
      },
      atExit === null ? null : drawDocument(atExit.thing),
      make(
        'span',
        { class: 'label' },
        thing !== undefined && fits ? text.lockerPut(nameOf(thing, lang)) : known ? nameOf(known, lang) : says,
      ),
    ),
    drawBar(locker, text),
    atExit === null
      ? null
      : button(`take ${LOCKER}`, text.takeDocument, () => hands.take(LOCKER), { class: 'primary' }),
    drawUnits(locker, text),
  );
}

/** @param {string} thing */
function drawDocument(thing) {
  return make(
    'span',
    { class: 'card document' },
    make('img', { src: `/faces/${faceOfDocument(thing)}.jpg`, alt: '', width: 30, height: 40, draggable: 'false' }),
    make('span', { class: 'chip' }),
  );
}

/** Whose face is on a finished document.
 *  @param {string} thing */
export function faceOfDocument(thing) {
  return thing.replace(/^document-/, '');
}

/** What the machine is at, in words.
 *  @param {Device} device
 *  @param {Texts} text */
function drawSays({ state }, text) {
  const progress = /** @type {{step: string} | null} */ (state.progress ?? null);
  const waits = typeof state.waitsAt === 'string' ? (text.waits[state.waitsAt] ?? '') : '';
  const step = progress === null ? '' : (text.steps[progress.step] ?? '');
  const alarm = state.media === 'jammed' ? text.stuck : state.stopped === true ? text.lineStopped : '';
  const says = alarm || step || waits || (state.exchange === true ? text.exchange : '') || text.idle;
  return make('small', { class: alarm ? 'alarm' : '', role: 'status' }, says);
}

/** @param {Device} device
 *  @param {Texts} text */
function drawBar({ kind, state }, text) {
  const progress = /** @type {{percent: number} | null} */ (state.progress ?? null);
  return make('progress', {
    max: 100,
    value: progress?.percent ?? 0,
    class: progress ? '' : 'idle',
    'aria-label': text.kinds[kind] ?? kind,
  });
}

/** Each stack, bin and ribbon with what lies in it.
 *  @param {Device} device
 *  @param {Texts} text */
export function drawUnits({ state }, text) {
  const units = /** @type {Record<string, Unit>} */ (state.units ?? {});
  return make(
    'ul',
    { class: 'units', 'aria-label': text.units },
    ...Object.entries(units).map(([name, unit]) =>
      make(
        'li',
        { class: levelOf(unit), title: text.unitStates[unit.status] ?? unit.status },
        make('span', {}, text.unitNames[name] ?? name),
        make('b', {}, unit.status === 'ok' ? `${unit.count}/${unit.capacity}` : (text.unitStates[unit.status] ?? '')),
      ),
    ),
  );
}

/** @param {Unit} unit
 *  @returns {'ok' | 'near' | 'bad'} */
function levelOf({ type, capacity, threshold, count, status }) {
  if (status !== 'ok') return 'bad';
  if (type === 'dispense' || type === 'ribbon') return count === 0 ? 'bad' : count <= threshold ? 'near' : 'ok';
  return count >= capacity ? 'bad' : count >= threshold ? 'near' : 'ok';
}
