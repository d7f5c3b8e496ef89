/** Draws the ID card reader: a plate with a ring of light, on which one card lies.
 *
 *  @typedef {import('./elements.js').State} State
 *  @typedef {import('./elements.js').View} View
 */
import { button, lamp, landing, make, nameOf } from './elements.js';

const KIND = 'id-card-reader';

/** The reader in the cabinet's front; nothing when the bench has none.
 *  @param {State} state
 *  @param {View} view */
export function drawReader(state, { text, held, hands, things, lang }) {
  const reader = state.devices[KIND];
  if (reader === undefined) return null;
  const lying = typeof reader.state.card === 'string' ? reader.state.card : null;
  const light = String(reader.state.lamp);
  const thing = things.get(held ?? '');
  const fits = thing?.type === 'id-card' && lying === null;
  const label = thing !== undefined && fits ? text.readerPut(nameOf(thing, lang)) : text.readerEmpty;
  return make(
    'section',
    { class: 'port reader', 'data-kind': KIND, ...landing(KIND, hands) },
    make(
      'h3',
      {},
      lamp(reader, text),
      text.reader,
      make('small', { class: `light-${light}`, role: 'status' }, text.readerLamps[light] ?? ''),
    ),
    make(
      'button',
      {
        type: 'button',
        class: `plate light-${light}`,
        'data-key': 'plate',
        disabled: !fits,
        onclick: () => hands.put(KIND),
      },
      lying === null ? make('span', { class: 'label' }, label) : drawIdCard(lying),
    ),
    lying === null ? null : button(`take ${KIND}`, text.readerLift, () => hands.take(KIND), { class: 'primary' }),
  );
}

/** @param {string} thing */
function drawIdCard(thing) {
  const line = () => make('i');
  return make(
    'span',
    { class: 'card id-card' },
    make('span', { class: 'print' }, line(), line(), line()),
    make('img', { src: `/faces/${thing}.jpg`, alt: '', width: 30, height: 40, draggable: 'false' }),
  );
}
