/** The bench's page: follows the bench by server-sent events, and turns hands into its HTTP interface. It decides
 *  nothing: whether a thing fits is the bench's answer, shown as it is told.
 *
 *  @typedef {import('./elements.js').Thing} Thing
 *  @typedef {import('./elements.js').State} State
 *  @typedef {{ok: true, thing: string} | {ok: false, message: string}} Done
 */
import { drawFront } from './cabinet.js';
import { drawDevice } from './desk.js';
import { button, make, nameOf } from './elements.js';
import { TEXTS } from './texts.js';
import { drawThing } from './things.js';

/** What a hand can hold, in the order of the page, and what lies in each drawer.
 *  @typedef {'permit' | 'id-card' | 'hand' | 'code' | 'licence' | 'document' | 'supply' | 'original'} Drawer
 *  @type {readonly (readonly [Drawer, readonly Thing['type'][]])[]} */
const DRAWERS = [
  ['permit', ['permit']],
  ['id-card', ['id-card']],
  ['hand', ['finger', 'signature']],
  ['code', ['code']],
  ['licence', ['old-licence', 'blanks']],
  ['document', ['document']],
  ['supply', ['supply']],
  ['original', ['original']],
];

/** @param {string} id
 *  @returns {HTMLElement} */
function byId(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`no element ${id}`);
  return element;
}

/** @type {import('./elements.js').Lang} */
let lang = new URLSearchParams(location.search).get('lang') === 'en' ? 'en' : 'zh-CN';
/** @type {Map<string, Thing>} */
let things = new Map();
/** @type {State | null} */
let state = null;
/** @type {string | null} */
let held = null;
/** Which drawer is open.
 *  @type {Drawer} */
let drawer = 'permit';
let isConnected = false;
let isDragging = false;

/** @type {import('./elements.js').Hands} */
const hands = {
  hold(thing) {
    held = held === thing ? null : thing;
    draw();
  },
  drag(event, thing) {
    isDragging = true;
    event.dataTransfer?.setData('text/plain', thing);
    if (event.dataTransfer) event.dataTransfer.effectAllowed = 'move';
  },
  drop() {
    isDragging = false;
    draw();
  },
  put(kind, thing = held ?? '') {
    held = null;
    isDragging = false;
    void post(kind, 'put', { thing }).then((done) =>
      say(done.ok ? text().put(label(thing)) : text().refused(done.message)),
    );
  },
  take(kind) {
    void post(kind, 'take', {}).then((done) =>
      say(done.ok ? text().taken(label(done.thing)) : text().refused(done.message)),
    );
  },
  act(kind, verb) {
    void post(kind, verb, {}).then(sayRefusal);
  },
  touch(kind, thing) {
    void post(kind, 'put', { thing }).then((done) =>
      say(done.ok ? text().touched(label(thing)) : text().refused(done.message)),
    );
  },
  fault(kind, fault) {
    void post(kind, 'fault', { fault }).then(sayRefusal);
  },
};

function text() {
  return TEXTS[lang];
}

/** @param {string} thing */
function label(thing) {
  const known = things.get(thing);
  return known === undefined ? (text().others[thing] ?? thing) : nameOf(known, lang);
}

/** @param {string} kind
 *  @param {string} verb
 *  @param {object} body
 *  @returns {Promise<Done>} */
async function post(kind, verb, body) {
  try {
    const answer = await fetch(`/devices/${kind}/${verb}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const json = /** @type {{thing?: string, error?: {message: string}}} */ (await answer.json());
    return answer.ok
      ? { ok: true, thing: json.thing ?? '' }
      : { ok: false, message: json.error?.message ?? text().lost };
  } catch {
    return { ok: false, message: text().lost };
  }
}

let saidUntil = 0;

/** @param {Done} done */
function sayRefusal(done) {
  if (!done.ok) say(text().refused(done.message));
}

/** Tells what a hand did, or why it could not, for as long as it takes to read.
 *  @param {string} message */
function say(message) {
  byId('said').textContent = message;
  clearTimeout(saidUntil);
  saidUntil = window.setTimeout(() => (byId('said').textContent = ''), 6_000);
}

/** Where a document is, when it is not in the hand.
 *  @param {string} thing
 *  @param {State} now */
function whereIs(thing, now) {
  if (now.card?.thing === thing) return 'inside';
  if (now.devices['id-card-reader']?.state.card === thing) return 'onReader';
  if (now.devices.fingerprint?.state.finger === thing) return 'onSensor';
  if (now.devices['qr-reader']?.state.holds === thing) return 'atWindow';
  const inLocker = now.devices['document-locker']?.state.keeps;
  if (Array.isArray(inLocker) && inLocker.includes(thing)) return 'inLocker';
  return now.bin.includes(thing) ? 'inBin' : null;
}

function draw() {
  const words = text();
  document.documentElement.lang = lang;
  document.title = words.title;
  /** @type {[id: string, value: string][]} */
  const labels = [
    ['title', words.title],
    ['subtitle', words.subtitle],
    ['language', words.other],
    ['hand-title', words.hand],
    ['hand-help', words.handHelp],
    ['wallet-title', words.wallet],
    ['cabinet-title', words.cabinet],
    ['desk-title', words.desk],
    ['desk-help', words.deskHelp],
    ['line', isConnected ? words.connected : words.lost],
  ];
  for (const [id, value] of labels) byId(id).textContent = value;
  byId('line').className = isConnected ? 'live' : 'gone';
  const now = state;
  // A drag ends when its element is replaced: the page stands still until the thing is let go.
  if (now === null || isDragging) return;
  const view = { text: words, lang, held, things, hands };
  keepingPlace(() => {
    const ofType = (/** @type {readonly Thing['type'][]} */ types) =>
      [...things.values()]
        .filter((thing) => types.includes(thing.type))
        .map((thing) => drawThing(thing, whereIs(thing.thing, now), view));
    byId('drawers').replaceChildren(...DRAWERS.map(([name]) => drawDrawer(name)));
    byId('documents').replaceChildren(...ofType(DRAWERS.find(([name]) => name === drawer)?.[1] ?? []));
    byId('wallet').replaceChildren(...ofType(['payment']));
    byId('front').replaceChildren(...drawFront(now, view));
    byId('devices').replaceChildren(
      ...Object.values(now.devices).flatMap((device) => (device ? [drawDevice(device, view)] : [])),
    );
  });
}

/** @param {Drawer} name */
function drawDrawer(name) {
  const open = () => {
    drawer = name;
    byId('documents').scrollTop = 0;
    draw();
  };
  return button(`drawer ${name}`, text().drawers[name], open, { 'aria-pressed': String(drawer === name) });
}

/** Redraws, and gives focus and opened details back to what has the same key.
 *  @param {() => void} redraw */
function keepingPlace(redraw) {
  const focused = document.activeElement?.getAttribute('data-key');
  const open = [...document.querySelectorAll('details[open]')].map((details) => details.getAttribute('data-key'));
  redraw();
  for (const key of open) document.querySelector(`details[data-key="${key}"]`)?.setAttribute('open', '');
  const again = focused ? document.querySelector(`[data-key="${focused}"]`) : null;
  if (again instanceof HTMLElement) again.focus({ preventScroll: true });
}

async function follow() {
  const answer = await fetch('/things');
  const { things: list } = /** @type {{things: Thing[]}} */ (await answer.json());
  things = new Map(list.map((thing) => [thing.thing, thing]));
  const events = new EventSource('/events');
  events.addEventListener('message', (event) => {
    isConnected = true;
    state = /** @type {State} */ (JSON.parse(String(event.data)));
    draw();
  });
  events.addEventListener('error', () => {
    isConnected = false;
    draw();
  });
}

byId('language').addEventListener('click', () => {
  lang = lang === 'en' ? 'zh-CN' : 'en';
  draw();
});
draw();
follow().catch(() => byId('front').replaceChildren(make('p', { class: 'warning' }, text().lost)));
