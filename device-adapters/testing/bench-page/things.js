/** Draws what a person holds in the hand.
 *
 *  @typedef {import('./elements.js').Thing} Thing
 *  @typedef {import('./elements.js').View} View
 */
import { make, nameOf } from './elements.js';
import { faceOfDocument } from './makers.js';

/** A thing that can be held: a button that can also be dragged. `where` says where it is when it is not in the hand.
 *  @param {Thing} thing
 *  @param {'inside' | 'inBin' | 'onReader' | 'onSensor' | 'atWindow' | 'inLocker' | null} where
 *  @param {View} view */
export function drawThing(thing, where, { lang, text, held, hands }) {
  const name = nameOf(thing, lang);
  const note = lang === 'en' ? thing.noteEn : thing.noteZh;
  const picture =
    thing.type === 'permit' || thing.type === 'id-card' || thing.type === 'document'
      ? make('img', {
          src: `/faces/${faceOfDocument(thing.thing)}.jpg`,
          alt: '',
          width: 48,
          height: 64,
          draggable: 'false',
        })
      : make('span', { class: `glyph ${thing.type} ${thing.thing}`, 'aria-hidden': 'true' });
  const button = make(
    'button',
    {
      type: 'button',
      class: `thing ${thing.type}`,
      draggable: where === null ? 'true' : 'false',
      'aria-pressed': held === thing.thing ? 'true' : 'false',
      disabled: where !== null,
      'data-key': `thing ${thing.thing}`,
      title: note,
      onclick: () => hands.hold(thing.thing),
      ondragstart: (/** @type {DragEvent} */ event) => hands.drag(event, thing.thing),
      ondragend: () => hands.drop(),
    },
    picture,
    make('span', { class: 'name' }, name, make('small', {}, where === null ? note : text[where])),
  );
  return make('li', {}, button);
}
