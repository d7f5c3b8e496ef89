/** Draws what takes something of a person: the QR window, the finger sensor and the signature pad, side by side.
 *
 *  @typedef {import('./elements.js').State} State
 *  @typedef {import('./elements.js').Device} Device
 *  @typedef {import('./elements.js').View} View
 *  @typedef {import('./elements.js').Thing} Thing
 */
import { button, lamp, landing, make, nameOf } from './elements.js';

/** The row in the cabinet's front; nothing when the bench has none of the three.
 *  @param {State} state
 *  @param {View} view */
export function drawCapture(state, view) {
  const parts = [drawWindow(state, view), drawFinger(state, view), drawSignature(state, view)];
  return parts.every((part) => part === null) ? null : make('div', { class: 'capture' }, ...parts);
}

/** @param {State} state
 *  @param {View} view */
function drawWindow(state, view) {
  const { text, hands } = view;
  const reader = state.devices['qr-reader'];
  if (reader === undefined) return null;
  const code = nameIn(reader.state.holds, view);
  const isLit = reader.state.lit === true;
  return drawPort('qr-reader', 'window', reader, view, {
    type: 'code',
    isLit,
    shows: code === null ? null : make('span', { class: 'code-square', 'aria-hidden': 'true' }),
    says: code ?? (isLit ? text.windowLit : text.windowDark),
    quick: code === null ? null : button('take qr-reader', text.codeAway, () => hands.take('qr-reader')),
  });
}

/** @param {State} state
 *  @param {View} view */
function drawFinger(state, view) {
  const { text, hands } = view;
  const sensor = state.devices.fingerprint;
  if (sensor === undefined) return null;
  const kind = 'fingerprint';
  const finger = nameIn(sensor.state.finger, view);
  const isLit = sensor.state.lit === true;
  const press = isLit
    ? button(`press ${kind}`, text.fingerPress, () => hands.put(kind, 'finger-li-na-thumb'), { class: 'primary' })
    : null;
  return drawPort(kind, 'sensor', sensor, view, {
    type: 'finger',
    isLit,
    shows: make('span', { class: `print ${finger === null ? '' : 'there'}`, 'aria-hidden': 'true' }),
    says: finger ?? (isLit ? text.fingerLit : text.fingerDark),
    quick: finger === null ? press : button(`take ${kind}`, text.fingerLift, () => hands.take(kind)),
  });
}

/** @param {State} state
 *  @param {View} view */
function drawSignature(state, view) {
  const { text, hands } = view;
  const pad = state.devices['signature-pad'];
  if (pad === undefined) return null;
  const kind = 'signature-pad';
  const shows = typeof pad.state.shows === 'string' ? pad.state.shows : '';
  const isWaiting = pad.state.waiting === true;
  const sign = button(`sign ${kind}`, text.signHere, () => hands.put(kind, 'signature-li-na'), {
    class: 'primary',
    disabled: shows === 'ink',
  });
  const cancel = button(`cancel ${kind}`, text.tapCancel, () => hands.fault(kind, 'customer-cancels'));
  return drawPort(kind, 'tablet', pad, view, {
    type: 'signature',
    isLit: isWaiting,
    shows: make('span', { class: `line ${shows}`, 'aria-hidden': 'true' }),
    says: text.tablets[shows] ?? shows,
    quick: isWaiting ? make('div', { class: 'pair' }, sign, cancel) : null,
  });
}

/** What the three have alike: a name with a light, a face that takes what is held, and what a hand can do at once.
 *  @typedef {{type: Thing['type'], isLit: boolean, shows: HTMLElement | null, says: string, quick: HTMLElement | null}} Face
 *  @param {string} kind
 *  @param {'window' | 'sensor' | 'tablet'} shape
 *  @param {Device} device
 *  @param {View} view
 *  @param {Face} face */
function drawPort(kind, shape, device, { text, held, hands, things, lang }, { type, isLit, shows, says, quick }) {
  const thing = things.get(held ?? '');
  const fits = thing?.type === type;
  return make(
    'section',
    { class: `port ${isLit ? 'lit' : ''}`, 'data-kind': kind, ...landing(kind, hands) },
    make('h3', {}, lamp(device, text), text.faces[shape]),
    make(
      'button',
      {
        type: 'button',
        class: `face ${shape} ${isLit ? 'lit' : ''}`,
        'data-key': `face ${kind}`,
        disabled: !fits,
        onclick: () => hands.put(kind),
      },
      shows,
      make('span', { class: 'label' }, thing !== undefined && fits ? text.give(nameOf(thing, lang)) : says),
    ),
    quick,
  );
}

/** @param {unknown} thing
 *  @param {View} view
 *  @returns {string | null} */
function nameIn(thing, { things, lang }) {
  if (typeof thing !== 'string') return null;
  const known = things.get(thing);
  return known === undefined ? thing : nameOf(known, lang);
}
