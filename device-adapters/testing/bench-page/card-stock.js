/** Draws what the card unit keeps behind the front: the stack of new cards, the retain bin, and the hands that tend them.
 *
 *  @typedef {import('./elements.js').State} State
 *  @typedef {import('./elements.js').View} View
 *  @typedef {import('./texts.js').Texts} Texts
 *  @typedef {{card: string, went: string}} Gone
 */
import { button, make } from './elements.js';
import { drawUnits } from './makers.js';

const KIND = 'card-unit';
/** What a hand adds to the stack. */
const PACK = 'card-pack';

/** Below the card's way; nothing when the bench has no card unit.
 *  @param {State} state
 *  @param {View} view */
export function drawCardStock(state, { text, hands }) {
  const unit = state.devices[KIND];
  if (unit === undefined) return null;
  const units = /** @type {Record<string, unknown>} */ (unit.state.units ?? {});
  return make(
    'div',
    { class: 'card-stock' },
    drawUnits(unit, text),
    drawLast(unit.state.lastCards, text),
    units.cards === undefined ? null : button('fill cards', text.fillCards, () => hands.put(KIND, PACK)),
    state.bin.length === 0 ? null : button('empty bin', text.emptyBin, () => hands.act(KIND, 'clear')),
  );
}

/** Where the last card out of the stack went.
 *  @param {unknown} cards
 *  @param {Texts} text */
function drawLast(cards, text) {
  const last = /** @type {Gone | undefined} */ (Array.isArray(cards) ? cards.at(-1) : undefined);
  if (last === undefined) return null;
  return make('small', { role: 'status' }, `${last.card} ${text.cardWent[last.went] ?? last.went}`);
}
