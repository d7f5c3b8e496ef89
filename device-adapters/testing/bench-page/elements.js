/** What every drawing of the bench is made of, and the shapes of what the bench says. Drawings are pure functions from
 *  that to elements; whoever calls them wires the hands.
 *  Elements are made one by one, never from text: nothing that a device prints can become part of the page.
 *  Plain JavaScript with types in comments: it is served as it stands.
 *
 *  @typedef {'zh-CN' | 'en'} Lang
 *  @typedef {import('./texts.js').Texts} Texts
 *  @typedef {{thing: string, type: 'permit' | 'id-card' | 'payment' | 'finger' | 'signature' | 'code' | 'old-licence' | 'blanks' | 'document' | 'supply' | 'original' | 'cabinet-hand', zh: string, en: string, noteZh: string, noteEn: string}} Thing
 *  @typedef {{fault: string, group: 'matrix' | 'device' | 'cable', zh?: string, en?: string, sameAs?: string}} FaultRow
 *  @typedef {{id: string, kind: string, port: number, faults: FaultRow[], state: Record<string, unknown>}} Device
 *  @typedef {{thing: string, place: string, panel: string[], endorsementCounter: number}} Card
 *  @typedef {{card: Card | null, bin: string[], devices: Record<string, Device | undefined>}} State
 *  @typedef {{hold(thing: string): void, drag(event: DragEvent, thing: string): void, drop(): void,
 *    put(kind: string, thing?: string): void, take(kind: string): void, act(kind: string, verb: string): void,
 *    fault(kind: string, fault: string): void, touch(kind: string, thing: string): void}} Hands
 *  @typedef {{text: Texts, lang: Lang, held: string | null, things: Map<string, Thing>, hands: Hands}} View
 *  @typedef {'ok' | 'idle' | 'fault' | 'off'} Light
 *  @typedef {string | number | boolean | null | undefined} Attribute
 *  @typedef {(event: never) => void} Listener
 */

/** Makes an element with attributes and children; a function is the listener of its name (`onclick`).
 *  @param {string} tag
 *  @param {Record<string, Attribute | Listener>} attributes
 *  @param {(Node | string | null | undefined)[]} children
 *  @returns {HTMLElement} */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(name, String(value));
  }
  for (const child of children) if (child !== null && child !== undefined) element.append(child);
  return element;
}

/** @param {Thing} thing
 *  @param {Lang} lang */
export function nameOf(thing, lang) {
  return lang === 'en' ? thing.en : thing.zh;
}

/** @param {string} kind
 *  @param {Texts} text
 *  @returns {string} */
export function kindName(kind, text) {
  return Object.entries(text.kinds).find(([known]) => known === kind)?.[1] ?? kind;
}

/** Names of the faults that are switched on.
 *  @param {Device} device
 *  @returns {string[]} */
export function faultsOf({ state }) {
  return Array.isArray(state.faults) ? state.faults.map(String) : [];
}

/** A card with its face; a new one out of the stack has its number and no face yet.
 *  @param {string} thing */
export function drawCard(thing) {
  const isNew = /^C\d+$/.test(thing);
  return make(
    'span',
    { class: `card ${isNew ? 'new' : ''}` },
    isNew
      ? make('small', {}, thing)
      : make('img', { src: `/faces/${thing}.jpg`, alt: '', width: 30, height: 40, draggable: 'false' }),
    make('span', { class: 'chip' }),
  );
}

/** A device that takes a thing when one is let go over it.
 *  @typedef {DragEvent & {currentTarget: HTMLElement, relatedTarget: Node | null}} OverEvent
 *  @param {string} kind
 *  @param {Hands} hands
 *  @returns {Record<string, Listener>} */
export function landing(kind, hands) {
  return {
    ondragover: (/** @type {OverEvent} */ event) => event.preventDefault(),
    ondragenter: (/** @type {OverEvent} */ event) => event.currentTarget.classList.add('over'),
    ondragleave: (/** @type {OverEvent} */ event) => {
      if (!event.currentTarget.contains(event.relatedTarget)) event.currentTarget.classList.remove('over');
    },
    ondrop: (/** @type {OverEvent} */ event) => {
      event.preventDefault();
      hands.put(kind, event.dataTransfer?.getData('text/plain') ?? '');
    },
  };
}

/** @param {Device | undefined} device
 *  @param {Texts} text */
export function lamp(device, text) {
  const light = device === undefined ? 'off' : lightOf(device);
  return make('span', { class: `lamp ${light}`, role: 'img', 'aria-label': text.lights[light] });
}

/** @param {Device} device
 *  @returns {Light} */
export function lightOf(device) {
  const { state } = device;
  if (state.plugged === false) return 'off';
  if (faultsOf(device).length > 0 || needsHand(device) || (state.power ?? 'on') !== 'on') return 'fault';
  return state.connected === true ? 'ok' : 'idle';
}

/** Whether somebody has to open the device: what is jammed, out or open stays so after its fault is gone.
 *  @param {Device} device */
export function needsHand({ state }) {
  return (
    state.place === 'jammed' ||
    state.media === 'jammed' ||
    state.paper === 'low' ||
    state.paper === 'out' ||
    state.cover === 'open'
  );
}

/** A button of the page.
 *  @param {string} key
 *  @param {string} label
 *  @param {() => void} onclick
 *  @param {Record<string, Attribute>} more */
export function button(key, label, onclick, more = {}) {
  return make('button', { type: 'button', 'data-key': key, ...more, onclick }, label);
}
