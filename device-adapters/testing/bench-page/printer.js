/** Draws the A4 printer: its tray, its toner, and the sheets that lie in the output tray.
 *
 *  @typedef {import('./elements.js').State} State
 *  @typedef {import('./elements.js').Device} Device
 *  @typedef {import('./elements.js').View} View
 *  @typedef {import('./texts.js').Texts} Texts
 *  @typedef {{jobId: number, sheet: number, sheets: number, pages: [number, number], isColour: boolean}} Sheet
 */
import { button, lamp, landing, make, nameOf } from './elements.js';

const KIND = 'document-printer';
/** Sheets that are seen; the rest lies under them. */
const SEEN = 4;

/** The row in the cabinet's front; nothing when the bench has no such printer.
 *  @param {State} state
 *  @param {View} view */
export function drawPages(state, view) {
  const { text, hands } = view;
  const printer = state.devices[KIND];
  if (printer === undefined) return null;
  const out = /** @type {Sheet[]} */ (Array.isArray(printer.state.sheetsOut) ? printer.state.sheetsOut : []);
  return make(
    'section',
    { class: `port pages ${out.length > 0 ? 'lit' : ''}`, 'data-kind': KIND, ...landing(KIND, hands) },
    make('h3', {}, lamp(printer, text), text.kinds[KIND] ?? '', drawSays(printer, text)),
    make('div', { class: 'pages-in' }, drawTray(printer, view), drawToner(printer, text)),
    make(
      'div',
      { class: 'pages-out' },
      out.length === 0 ? make('p', { class: 'quiet' }, text.sheetsNone) : drawSheets(out, text),
      out.length === 0
        ? null
        : button(`take ${KIND}`, text.takeSheets(out.length), () => hands.take(KIND), { class: 'primary' }),
    ),
  );
}

/** What it is at, or what it waits for.
 *  @param {Device} printer
 *  @param {Texts} text */
function drawSays({ state }, text) {
  const reasons = /** @type {string[]} */ (Array.isArray(state.reasons) ? state.reasons : []);
  const words = reasons.map((reason) => text.printReasons[reason.replace(/-(report|warning|error)$/, '')]);
  const worst = words.find((word) => word !== undefined);
  const says = worst ?? text.printStates[String(state.printer)] ?? '';
  return make('small', { class: worst === undefined ? '' : 'alarm', role: 'status' }, says);
}

/** The mouth for paper and toner.
 *  @param {Device} printer
 *  @param {View} view */
function drawTray({ state }, { text, held, hands, things, lang }) {
  const thing = things.get(held ?? '');
  const fits = thing?.type === 'supply';
  const says = state.tray === 'pulled' ? text.trayOut : text.sheetsLeft(Number(state.sheets ?? 0));
  return make(
    'button',
    {
      type: 'button',
      class: `mouth ${String(state.paper)}`,
      'data-key': 'pages-mouth',
      disabled: !fits,
      onclick: () => hands.put(KIND),
    },
    make('span', { class: 'label' }, thing !== undefined && fits ? text.slotPut(nameOf(thing, lang)) : says),
  );
}

/** @param {Device} printer
 *  @param {Texts} text */
function drawToner({ state }, text) {
  const levels = /** @type {Record<string, number>} */ (state.toner ?? {});
  return make(
    'ul',
    { class: 'units', 'aria-label': text.toner },
    ...Object.entries(levels).map(([name, level]) =>
      make(
        'li',
        { class: level === 0 ? 'bad' : level <= 10 ? 'near' : 'ok' },
        make('span', {}, text.toners[name] ?? name),
        make('b', {}, `${level}%`),
      ),
    ),
  );
}

/** @param {Sheet[]} out
 *  @param {Texts} text */
function drawSheets(out, text) {
  return make(
    'ol',
    { class: 'stack', 'aria-label': text.sheetsOut, tabindex: 0, 'data-key': 'sheets' },
    ...out.slice(-SEEN).map((sheet) => make('li', { class: sheet.isColour ? 'colour' : '' }, text.sheet(sheet))),
  );
}
