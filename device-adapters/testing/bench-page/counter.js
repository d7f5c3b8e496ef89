/** Draws what a citizen reaches for below the screen: the payment terminal and the receipt slot.
 *
 *  @typedef {import('./elements.js').State} State
 *  @typedef {import('./elements.js').Device} Device
 *  @typedef {import('./elements.js').View} View
 *  @typedef {import('./texts.js').Texts} Texts
 *  @typedef {{kind: string, text?: string, align?: string, width?: number, height?: number, isBold?: boolean,
 *    content?: string, rows?: number}} SlipPart
 */
import { button, lamp, landing, make, nameOf } from './elements.js';

/** Lines that are seen above the mouth while a slip is printed. */
const COMING_LINES = 4;

/** The payment terminal: its display, and where phones and cards are held.
 *  @param {State} state
 *  @param {View} view */
export function drawPayment(state, view) {
  const { text, held, hands, things, lang } = view;
  const terminal = state.devices['payment-terminal'];
  const isWaiting = terminal?.state.shows === 'amount';
  const thing = things.get(held ?? '');
  const canPay = thing?.type === 'payment' && isWaiting;
  return make(
    'section',
    {
      class: `port payment ${isWaiting ? 'lit' : ''}`,
      'data-kind': 'payment-terminal',
      ...landing('payment-terminal', hands),
    },
    make('h3', {}, lamp(terminal, text), text.pay),
    terminal ? drawDisplay(terminal, text) : null,
    make(
      'button',
      {
        type: 'button',
        class: 'pad',
        'data-key': 'pad',
        'aria-label': text.pad,
        disabled: !canPay,
        onclick: () => hands.put('payment-terminal'),
      },
      thing !== undefined && canPay
        ? text.payWith(nameOf(thing, lang))
        : make('span', { class: 'keys', 'aria-hidden': 'true' }),
    ),
    isWaiting ? drawTaps(view) : null,
  );
}

/** @param {Device} terminal
 *  @param {Texts} text */
function drawDisplay({ state }, text) {
  const shows = String(state.shows);
  const [line, note = ''] = text.displays[shows] ?? [''];
  const amount = shows === 'idle' || shows === 'dark' ? null : amountOf(state);
  return make(
    'output',
    { class: `display ${shows}` },
    make('strong', {}, line),
    amount === null ? null : make('span', { class: 'amount' }, `¥${(amount / 100).toFixed(2)}`),
    make('small', {}, note),
  );
}

/** What is asked for now, or was a moment ago.
 *  @param {Record<string, unknown>} state
 *  @returns {number | null} */
function amountOf(state) {
  const waiting = /** @type {{amountFen?: number} | null} */ (state.waiting ?? null);
  const charges = /** @type {{amountFen?: number}[]} */ (Array.isArray(state.charges) ? state.charges : []);
  return waiting?.amountFen ?? charges.at(-1)?.amountFen ?? null;
}

/** One touch for the ways to pay, without holding anything first.
 *  @param {View} view */
function drawTaps({ text, hands }) {
  const kind = 'payment-terminal';
  return make(
    'div',
    { class: 'taps' },
    button('tap phone', text.tapPhone, () => hands.put(kind, 'phone-alipay'), { class: 'primary' }),
    button('tap card', text.tapCard, () => hands.put(kind, 'bank-card'), { class: 'primary' }),
    button('tap cancel', text.tapCancel, () => hands.fault(kind, 'customer-cancels')),
  );
}

/** The receipt slot: the paper that hangs out, and how much there is left.
 *  @param {State} state
 *  @param {View} view */
export function drawReceipt(state, { text, hands }) {
  const printer = state.devices['receipt-printer'];
  const parts = partsOf(printer?.state.hangingParts);
  const coming = Array.isArray(printer?.state.uncut) ? printer.state.uncut.slice(-COMING_LINES).map(String) : [];
  const paper = typeof printer?.state.paper === 'string' ? printer.state.paper : 'ok';
  return make(
    'section',
    { class: 'port receipt' },
    make('h3', {}, lamp(printer, text), text.receipt, printer ? drawPaperLeft(paper, printer, text) : null),
    make('div', { class: 'lip', 'aria-hidden': 'true' }),
    coming.length > 0
      ? make(
          'div',
          { class: 'paper coming', 'aria-label': text.printing },
          ...coming.map((line) => make('p', {}, line)),
        )
      : null,
    parts.length > 0
      ? make(
          'div',
          { class: 'paper', tabindex: 0, 'data-key': 'slip', 'aria-label': text.slip },
          ...parts.map((part) => drawPart(part, text)),
        )
      : null,
    parts.length > 0
      ? button('take receipt', text.pull, () => hands.take('receipt-printer'), { class: 'primary' })
      : coming.length === 0
        ? make('p', { class: 'quiet' }, text.receiptNone)
        : null,
  );
}

/** @param {string} paper
 *  @param {Device} printer
 *  @param {Texts} text */
function drawPaperLeft(paper, printer, text) {
  const metres = Math.round(Number(printer.state.paperMm ?? 0) / 1_000);
  return make(
    'small',
    { class: `left ${paper}` },
    text.papers[paper] ?? '',
    paper === 'out' ? '' : ` ${text.metres(metres)}`,
  );
}

/** @param {unknown} parts
 *  @returns {SlipPart[]} */
function partsOf(parts) {
  return Array.isArray(parts) ? /** @type {SlipPart[]} */ (parts) : [];
}

/** A piece of a slip as it lies on the paper.
 *  @param {SlipPart} part
 *  @param {Texts} text */
function drawPart(part, text) {
  const align = part.align ?? 'left';
  if (part.kind === 'qr')
    return make('p', { class: `qr ${align}`, title: part.content ?? '' }, make('span', {}, text.qr));
  if (part.kind === 'image') return make('p', { class: `picture ${align}` }, text.picture);
  const size = (part.height ?? 1) > 1 || (part.width ?? 1) > 1 ? 'large' : '';
  return make('p', { class: `${align} ${size} ${part.isBold ? 'bold' : ''}` }, part.text ?? '');
}
