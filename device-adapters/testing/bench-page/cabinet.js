/** Draws the bench: pure functions from what the bench says to elements; whoever calls them wires the hands.
 *  Elements are made one by one, never from text: nothing that a device prints can become part of the page.
 *  Plain JavaScript with types in comments: it is served as it stands.
 *
 *  @typedef {'zh-CN' | 'en'} Lang
 *  @typedef {import('./texts.js').Texts} Texts
 *  @typedef {{thing: string, type: 'permit' | 'payment', zh: string, en: string, noteZh: string, noteEn: string}} Thing
 *  @typedef {{fault: string, zh?: string, en?: string}} FaultRow
 *  @typedef {{id: string, kind: string, port: number, faults: FaultRow[], state: Record<string, unknown>}} Device
 *  @typedef {{thing: string, place: string, panel: string[], endorsementCounter: number}} Card
 *  @typedef {{card: Card | null, bin: string[], devices: Record<string, Device | undefined>}} State
 *  @typedef {{hold(thing: string): void, drag(event: DragEvent, thing: string): void, drop(): void,
 *    put(kind: string, thing?: string): void, take(kind: string): void, act(kind: string, verb: string): void,
 *    fault(kind: string, select: HTMLSelectElement): void}} Hands
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

/** A thing that can be held: a button that can also be dragged. `where` says where it is when it is not in the hand.
 *  @param {Thing} thing
 *  @param {'inside' | 'inBin' | null} where
 *  @param {View} view */
export function drawThing(thing, where, { lang, text, held, hands }) {
  const name = nameOf(thing, lang);
  const note = lang === 'en' ? thing.noteEn : thing.noteZh;
  const picture =
    thing.type === 'permit'
      ? make('img', { src: `/faces/${thing.thing}.jpg`, alt: '', width: 48, height: 64, draggable: 'false' })
      : make('span', { class: `glyph ${thing.thing}`, 'aria-hidden': 'true' });
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

/** The front of the cabinet with its slots, and the card's way behind it.
 *  @param {State} state
 *  @param {View} view */
export function drawFront(state, view) {
  return [
    make(
      'div',
      { class: 'crown', 'aria-hidden': 'true' },
      make('span', { class: 'lens' }),
      make('span', {}, '一门 自助办理'),
    ),
    make(
      'div',
      { class: 'screen', 'aria-hidden': 'true' },
      make('span', { class: 'door' }),
      make('span', { class: 'door' }),
    ),
    drawSlot(state, view),
    drawWay(state, view),
    make('div', { class: 'lower' }, drawReceipt(state, view), drawPayment(state, view)),
    make('div', { class: 'foot', 'aria-hidden': 'true' }),
  ];
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
    atGate
      ? make(
          'button',
          { type: 'button', class: 'primary', 'data-key': 'take card-unit', onclick: () => hands.take('card-unit') },
          text.takeCard,
        )
      : null,
  );
}

/** Where the card is behind the front: gate, read position, printer; the bin below.
 *  @param {State} state
 *  @param {View} view */
function drawWay(state, { text }) {
  const places = ['gate', 'readPosition', 'printer'];
  const { card } = state;
  const at = card?.place;
  const stations = places.map((place, i) =>
    make(
      'li',
      { class: at === place ? 'here' : '', 'aria-current': at === place ? 'step' : undefined },
      make('span', { class: 'bed' }, card !== null && at === place ? drawCard(card.thing) : null),
      make('span', {}, text.path[i]),
    ),
  );
  return make(
    'section',
    { class: 'way' },
    make('ol', {}, ...stations),
    at === 'jammed' ? make('p', { class: 'warning' }, text.jammed) : null,
    make('p', { class: 'bin' }, text.bin(state.bin.length)),
    state.card ? drawBack(state.card, text) : null,
  );
}

/** @param {Card} card
 *  @param {Texts} text */
function drawBack(card, text) {
  const lines = card.panel.length > 0 ? card.panel : [text.panelEmpty];
  return make(
    'figure',
    { class: 'back' },
    make('figcaption', {}, `${text.panel} · ${text.counter(card.endorsementCounter)}`),
    ...lines.map((line) => make('p', { class: card.panel.length > 0 ? '' : 'quiet' }, line)),
  );
}

/** @param {State} state
 *  @param {View} view */
function drawReceipt(state, { text, hands }) {
  const printer = state.devices['receipt-printer'];
  const slip = slipOf(printer);
  return make(
    'section',
    { class: 'port receipt' },
    make('h3', {}, lamp(printer, text), text.receipt),
    make('div', { class: 'lip', 'aria-hidden': 'true' }),
    slip.waiting
      ? make('div', { class: 'paper' }, ...slip.lines.map((line) => make('p', {}, line)))
      : make('p', { class: 'quiet' }, text.receiptNone),
    slip.waiting
      ? make(
          'button',
          {
            type: 'button',
            class: 'primary',
            'data-key': 'take receipt',
            onclick: () => hands.take('receipt-printer'),
          },
          text.pull,
        )
      : null,
  );
}

/** @param {State} state
 *  @param {View} view */
function drawPayment(state, { text, held, hands, things, lang }) {
  const terminal = state.devices['payment-terminal'];
  const charge = chargeOf(terminal);
  const thing = things.get(held ?? '');
  const canPay = thing?.type === 'payment' && charge !== null;
  return make(
    'section',
    {
      class: `port payment ${charge === null ? '' : 'lit'}`,
      'data-kind': 'payment-terminal',
      ...landing('payment-terminal', hands),
    },
    make('h3', {}, lamp(terminal, text), text.pay),
    make('p', { class: 'amount' }, charge === null ? text.payIdle : text.amount((charge.amountFen / 100).toFixed(2))),
    make(
      'button',
      {
        type: 'button',
        class: 'pad',
        'data-key': 'pad',
        disabled: !canPay,
        onclick: () => hands.put('payment-terminal'),
      },
      thing !== undefined && canPay
        ? text.payWith(nameOf(thing, lang))
        : make('span', { class: 'keys', 'aria-hidden': 'true' }),
    ),
  );
}

/** One device on the desk: its light, its cable, its faults.
 *  @param {Device} device
 *  @param {View} view */
export function drawDevice(device, { text, lang, hands }) {
  const { kind, state } = device;
  const active = faultsOf(device);
  const labels = new Map(device.faults.map((row) => [row.fault, faultLabel(row, lang)]));
  const options = device.faults.map((row) => make('option', { value: row.fault }, labels.get(row.fault)));
  return make(
    'article',
    { class: `device ${lightOf(device)}` },
    make('h3', {}, lamp(device, text), kindName(kind, text), make('small', {}, text.port(device.port))),
    active.length > 0
      ? make('p', { class: 'warning' }, active.map((fault) => labels.get(fault) ?? fault).join(' · '))
      : null,
    make(
      'div',
      { class: 'controls' },
      state.plugged === false
        ? make(
            'button',
            { type: 'button', 'data-key': `plug ${kind}`, onclick: () => hands.act(kind, 'plug') },
            text.plug,
          )
        : make(
            'button',
            { type: 'button', 'data-key': `plug ${kind}`, onclick: () => hands.act(kind, 'unplug') },
            text.unplug,
          ),
      make(
        'select',
        {
          'aria-label': `${kindName(kind, text)}: ${text.chooseFault}`,
          'data-key': `fault ${kind}`,
          onchange: (/** @type {{target: HTMLSelectElement}} */ event) => hands.fault(kind, event.target),
        },
        make('option', { value: '' }, text.chooseFault),
        ...options,
      ),
      make(
        'button',
        {
          type: 'button',
          'data-key': `clear ${kind}`,
          disabled: active.length === 0 && state.place !== 'jammed',
          onclick: () => hands.act(kind, 'clear'),
        },
        text.clear,
      ),
    ),
    make(
      'details',
      { 'data-key': `details ${kind}` },
      make('summary', {}, text.details),
      make(
        'dl',
        {},
        ...Object.entries(state).flatMap(([name, value]) => [make('dt', {}, name), make('dd', {}, shown(value))]),
      ),
    ),
  );
}

/** @param {Thing} thing
 *  @param {Lang} lang */
export function nameOf(thing, lang) {
  return lang === 'en' ? thing.en : thing.zh;
}

/** @param {string} kind
 *  @param {Texts} text
 *  @returns {string} */
function kindName(kind, text) {
  return Object.entries(text.kinds).find(([known]) => known === kind)?.[1] ?? kind;
}

/** Names of the faults that are switched on.
 *  @param {Device} device
 *  @returns {string[]} */
function faultsOf({ state }) {
  return Array.isArray(state.faults) ? state.faults.map(String) : [];
}

/** @param {FaultRow} row
 *  @param {Lang} lang */
function faultLabel(row, lang) {
  const words = lang === 'en' ? row.en : row.zh;
  return words === undefined ? row.fault : `${row.fault} ${words}`;
}

/** @param {string} thing */
function drawCard(thing) {
  return make(
    'span',
    { class: 'card' },
    make('img', { src: `/faces/${thing}.jpg`, alt: '', width: 30, height: 40, draggable: 'false' }),
    make('span', { class: 'chip' }),
  );
}

/** A device that takes a thing when one is let go over it.
 *  @typedef {DragEvent & {currentTarget: HTMLElement, relatedTarget: Node | null}} OverEvent
 *  @param {string} kind
 *  @param {Hands} hands
 *  @returns {Record<string, Listener>} */
function landing(kind, hands) {
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
function lamp(device, text) {
  const light = device === undefined ? 'off' : lightOf(device);
  return make('span', { class: `lamp ${light}`, role: 'img', 'aria-label': text.lights[light] });
}

/** @param {Device} device
 *  @returns {Light} */
function lightOf(device) {
  const { state } = device;
  if (state.plugged === false) return 'off';
  if (faultsOf(device).length > 0) return 'fault';
  return state.connected === true ? 'ok' : 'idle';
}

/** The slip that waits in the mouth.
 *  @param {Device | undefined} printer */
function slipOf(printer) {
  const slip = printer?.state.slip;
  return Array.isArray(slip) ? { waiting: true, lines: slip.map(String) } : { waiting: false, lines: [] };
}

/** The charge that waits for a customer.
 *  @param {Device | undefined} terminal
 *  @returns {{amountFen: number} | null} */
function chargeOf(terminal) {
  const charges = /** @type {{state?: unknown, amountFen?: unknown}[]} */ (
    Array.isArray(terminal?.state.charges) ? terminal.state.charges : []
  );
  const waiting = charges.find((charge) => charge.state === 'waiting');
  return typeof waiting?.amountFen === 'number' ? { amountFen: waiting.amountFen } : null;
}

/** @param {unknown} value */
function shown(value) {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}
