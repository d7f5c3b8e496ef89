/** Draws the cabinet's own inputs and outputs: doors, tamper contacts, key switch, call button, UPS, lights.
 *
 *  @typedef {import('./elements.js').State} State
 *  @typedef {import('./elements.js').Device} Device
 *  @typedef {import('./elements.js').View} View
 *  @typedef {import('./texts.js').Texts} Texts
 *  @typedef {Record<string, string>} Words
 *  @typedef {{state: string, mains: boolean, chargePercent: number, minutesLeft: number}} Ups
 */
import { button, lamp, make } from './elements.js';

const KIND = 'cabinet-io';
/** Forcing a door open is a fault of the matrix or of the cabinet. */
const FORCED = { front: 'F59', back: 'door-back-open', service: 'door-service-open' };
const KEYS = ['run', 'maintenance', 'supervisor'];

/** The row in the cabinet's front; nothing when the bench has no cabinet.
 *  @param {State} state
 *  @param {View} view */
export function drawEnclosure(state, view) {
  const { text, hands } = view;
  const cabinet = state.devices[KIND];
  if (cabinet === undefined) return null;
  const isTampered = Object.values(wordsIn(cabinet, 'tamper')).includes('latched');
  return make(
    'section',
    { class: `port enclosure ${isTampered ? 'tampered' : ''}`, 'data-kind': KIND },
    make(
      'h3',
      {},
      lamp(cabinet, text),
      text.kinds[KIND] ?? '',
      make(
        'small',
        { class: isTampered ? 'alarm' : '', role: 'status' },
        `${isTampered ? `${text.tampered} · ` : ''}${temperature(cabinet)}`,
      ),
    ),
    make('ul', { class: 'doors' }, ...Object.keys(FORCED).map((door) => drawDoor(door, cabinet, view))),
    drawLights(cabinet, text),
    make('div', { class: 'halves' }, drawTamper(cabinet, view), drawUps(cabinet, view)),
    make(
      'div',
      { class: 'halves' },
      drawKey(cabinet, view),
      button(`call ${KIND}`, cabinet.state.callButton === 'pressed' ? text.callPressed : text.callPress, () =>
        hands.touch(KIND, 'call-button'),
      ),
    ),
  );
}

/** A door with its bolt, and what a hand can do with it.
 *  @param {string} door
 *  @param {Device} cabinet
 *  @param {View} view */
function drawDoor(door, cabinet, { text, hands }) {
  const isOpen = wordsIn(cabinet, 'doors')[door] === 'open';
  const bolt = wordsIn(cabinet, 'locks')[door] ?? '';
  const isHeld = bolt === 'locked' && !isOpen;
  const fault = Object.entries(FORCED).find(([name]) => name === door)?.[1] ?? '';
  const act = isOpen
    ? button(`shut ${door}`, text.doorShut, () => hands.touch(KIND, `door-${door}-closed`), { class: 'primary' })
    : isHeld
      ? button(`force ${door}`, text.doorForce, () => hands.fault(KIND, fault))
      : button(`open ${door}`, text.doorOpen, () => hands.touch(KIND, `door-${door}-open`));
  return make(
    'li',
    { class: `${isOpen ? 'open' : 'closed'} ${bolt}` },
    make('span', { class: 'leaf', 'aria-hidden': 'true' }),
    make('b', {}, text.doorNames[door] ?? door),
    make('small', {}, `${isOpen ? text.doorIsOpen : text.doorIsShut} · ${text.bolts[bolt] ?? bolt}`),
    act,
  );
}

/** The lights that guide a citizen, as they shine.
 *  @param {Device} cabinet
 *  @param {Texts} text */
function drawLights(cabinet, text) {
  return make(
    'ul',
    { class: 'shine', 'aria-label': text.lightsTitle },
    ...Object.entries(wordsIn(cabinet, 'lights')).map(([name, state]) =>
      make(
        'li',
        { class: state, title: text.lightStates[state] ?? state },
        make('i', { 'aria-hidden': 'true' }),
        make('span', {}, text.lightNames[name] ?? name),
        make('small', {}, text.lightStates[state] ?? state),
      ),
    ),
  );
}

/** @param {Device} cabinet
 *  @param {View} view */
function drawTamper(cabinet, { text, hands }) {
  const latched = wordsIn(cabinet, 'tamper');
  const disturbed = Array.isArray(cabinet.state.disturbed) ? cabinet.state.disturbed : [];
  const isLidOff = disturbed.includes('lid');
  const chips = Object.entries(latched).map(([name, word]) =>
    make(
      'li',
      { class: word === 'latched' ? 'bad' : '' },
      make('span', {}, text.tamperNames[name] ?? name),
      make(
        'b',
        {},
        disturbed.includes(name) ? text.tamperNow : word === 'latched' ? text.tamperLatched : text.tamperOk,
      ),
    ),
  );
  return make(
    'div',
    { class: 'half' },
    make('ul', { class: 'units', 'aria-label': text.tamperTitle }, ...chips),
    make(
      'div',
      { class: 'trio' },
      button(`blow ${KIND}`, text.blow, () => hands.fault(KIND, 'F60')),
      button(`lid ${KIND}`, isLidOff ? text.lidOn : text.lidOff, () =>
        hands.touch(KIND, isLidOff ? 'lid-closed' : 'lid-open'),
      ),
      button(`reset ${KIND}`, text.tamperReset, () => hands.touch(KIND, 'tamper-reset'), {
        disabled: !Object.values(latched).includes('latched'),
      }),
    ),
  );
}

/** @param {Device} cabinet
 *  @param {View} view */
function drawUps(cabinet, { text, hands }) {
  const ups = /** @type {Ups} */ (cabinet.state.ups);
  const says = `${text.upsStates[ups.state] ?? ups.state} · ${text.minutes(ups.minutesLeft)}`;
  return make(
    'div',
    { class: 'half' },
    make('small', { class: `ups ${ups.state}` }, text.upsTitle, make('b', {}, says)),
    make('progress', { max: 100, value: ups.chargePercent, 'aria-label': `${ups.chargePercent} %` }),
    ups.mains
      ? button(`cut ${KIND}`, text.mainsOff, () => hands.touch(KIND, 'mains-off'))
      : button(`mains ${KIND}`, text.mainsOn, () => hands.touch(KIND, 'mains-on'), { class: 'primary' }),
  );
}

/** @param {Device} cabinet
 *  @param {View} view */
function drawKey(cabinet, { text, hands }) {
  return make(
    'div',
    { class: 'keyswitch', role: 'group', 'aria-label': text.keyTitle },
    ...KEYS.map((key) =>
      button(`key ${key}`, text.keyNames[key] ?? key, () => hands.touch(KIND, `key-${key}`), {
        'aria-pressed': String(cabinet.state.keySwitch === key),
      }),
    ),
  );
}

/** @param {Device} cabinet
 *  @param {'doors' | 'locks' | 'tamper' | 'lights'} name
 *  @returns {Words} */
function wordsIn({ state }, name) {
  return /** @type {Words} */ (state[name] ?? {});
}

/** @param {Device} cabinet */
function temperature({ state }) {
  const { inside } = /** @type {{inside: number | null}} */ (state.temperatureC);
  return inside === null ? '– °C' : `${inside.toFixed(1)} °C`;
}
