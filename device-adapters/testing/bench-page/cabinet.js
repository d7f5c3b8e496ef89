/** Draws the front of the cabinet and the card's way behind it.
 *
 *  @typedef {import('./elements.js').State} State
 *  @typedef {import('./elements.js').Device} Device
 *  @typedef {import('./elements.js').Card} Card
 *  @typedef {import('./elements.js').View} View
 *  @typedef {import('./texts.js').Texts} Texts
 */
import { drawCamera } from './camera.js';
import { drawCapture } from './capture.js';
import { drawCardStock } from './card-stock.js';
import { drawPayment, drawReceipt } from './counter.js';
import { drawEnclosure } from './enclosure.js';
import { button, drawCard, lamp, landing, make, nameOf } from './elements.js';
import { drawMakers } from './makers.js';
import { drawPages } from './printer.js';
import { drawReader } from './reader.js';
import { drawScanner } from './scanner.js';

/** The front of the cabinet with its slots, and the card's way behind it.
 *  @param {State} state
 *  @param {View} view */
export function drawFront(state, view) {
  const parts = [
    make(
      'div',
      { class: 'crown' },
      make('span', { class: 'lens', 'aria-hidden': 'true' }),
      make('span', { class: 'name', 'aria-hidden': 'true' }, '一门 自助办理'),
      make('small', {}, view.text.camera),
    ),
    make(
      'div',
      { class: 'screen', 'aria-hidden': 'true' },
      make('span', { class: 'door' }),
      make('span', { class: 'door' }),
    ),
    make('div', { class: 'upper' }, drawSlot(state, view), drawReader(state, view)),
    drawCapture(state, view),
    drawWay(state, view),
    make('div', { class: 'lower' }, drawPayment(state, view), drawReceipt(state, view)),
    drawMakers(state, view),
    drawPages(state, view),
    drawScanner(state, view),
    drawCamera(state, view),
    drawEnclosure(state, view),
    make('div', { class: 'foot', 'aria-hidden': 'true' }),
  ];
  return parts.filter((part) => part !== null);
}

/** @param {State} state
 *  @param {View} view */
function drawSlot(state, { text, held, hands, things, lang }) {
  const unit = state.devices['card-unit'];
  const thing = things.get(held ?? '');
  const isPermit = thing?.type === 'permit';
  const atGate = state.card?.place === 'gate';
  const isOpen = unit?.state.entry === 'on' || unit?.state.shutter === 'open';
  const label = thing !== undefined && isPermit && !state.card ? text.slotPut(nameOf(thing, lang)) : text.slotEmpty;
  return make(
    'section',
    { class: `port slot ${isOpen ? 'lit' : ''}`, 'data-kind': 'card-unit', ...landing('card-unit', hands) },
    make('h3', {}, lamp(unit, text), text.slot),
    make(
      'button',
      {
        type: 'button',
        class: 'mouth',
        'data-key': 'mouth',
        disabled: !isPermit || state.card !== null,
        onclick: () => hands.put('card-unit'),
      },
      state.card && atGate ? drawCard(state.card.thing) : null,
      make('span', { class: 'label' }, state.card ? '' : label),
    ),
    atGate ? button('take card-unit', text.takeCard, () => hands.take('card-unit'), { class: 'primary' }) : null,
  );
}

/** Where the card is behind the front: gate, read position, printer; the bin below.
 *  @param {State} state
 *  @param {View} view */
function drawWay(state, view) {
  const { text } = view;
  const places = ['gate', 'readPosition', 'printer'];
  const { card } = state;
  const at = card?.place;
  const printer = state.devices['endorsement-printer'];
  const isJammedThere = printer?.state.media === 'jammed';
  const stations = places.map((place, i) => {
    const isHere = at === place || (place === 'printer' && isJammedThere);
    return make(
      'li',
      {
        class: `${isHere ? 'here' : ''} ${isHere && at === 'jammed' ? 'stuck' : ''}`,
        'aria-current': isHere ? 'step' : undefined,
      },
      make('span', { class: 'bed' }, card !== null && isHere ? drawCard(card.thing) : null),
      make('span', {}, text.path[i]),
    );
  });
  return make(
    'section',
    { class: 'way' },
    make('ol', {}, ...stations),
    at === 'jammed' ? make('p', { class: 'warning' }, isJammedThere ? text.jammedInPrinter : text.jammed) : null,
    printer ? drawPrinter(printer, text) : null,
    state.card ? drawBack(state.card, text) : null,
    make('p', { class: 'bin' }, text.bin(state.bin.length)),
    drawCardStock(state, view),
  );
}

/** What the endorsement printer does, where a person would look through its window.
 *  @param {Device} printer
 *  @param {Texts} text */
function drawPrinter(printer, text) {
  const progress = /** @type {{step: string, percent: number} | null} */ (printer.state.progress ?? null);
  const position = text.positions[String(printer.state.position)] ?? '';
  const step = progress === null ? '' : (text.steps[progress.step] ?? '');
  return make(
    'div',
    { class: 'printer' },
    make(
      'p',
      {},
      lamp(printer, text),
      make('span', {}, text.kinds['endorsement-printer'] ?? ''),
      make('small', {}, step || position),
    ),
    make('progress', {
      max: 100,
      value: progress?.percent ?? 0,
      class: progress ? '' : 'idle',
      'aria-label': step || position,
    }),
    make('small', { class: 'count' }, text.prints(Number(printer.state.lifetimePrints ?? 0))),
  );
}

/** The card's back, with the panel that is printed on.
 *  @param {Card} card
 *  @param {Texts} text */
function drawBack(card, text) {
  const lines = card.panel.length > 0 ? card.panel : [text.panelEmpty];
  return make(
    'figure',
    { class: 'back' },
    make('figcaption', {}, `${text.panel} · ${text.counter(card.endorsementCounter)}`),
    make(
      'div',
      { class: 'panel' },
      ...lines.map((line) => make('p', { class: card.panel.length > 0 ? '' : 'quiet' }, line)),
    ),
  );
}
