/** The few parts that the page is made of. Text goes in by `textContent` alone. */
import { languageNow, STATES, t, worded } from './texts.js';

const GOOD = [
  'approved',
  'passed',
  'produced',
  'captured',
  'held',
  'reserved',
  'ready',
  'delivered',
  'reviewed',
  'stock',
];
const BAD = ['refused', 'failed', 'inCheck', 'suspect', 'spoiled'];

/** @param {string} id */
export function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no ${id}`);
  return found;
}

/** @param {string} tag
 *  @param {{className?: string, onclick?: () => void}} options
 *  @param {...(Node | string | number)} children */
export function element(tag, options = {}, ...children) {
  const made = document.createElement(tag);
  if (options.className !== undefined) made.className = options.className;
  if (options.onclick !== undefined) made.addEventListener('click', options.onclick);
  if (made instanceof HTMLButtonElement) made.type = 'button';
  made.append(...children.map((child) => (child instanceof Node ? child : document.createTextNode(String(child)))));
  return made;
}

/** A state with its colour.
 *  @param {string} word
 *  @param {string} [text] another text than the state's own */
export function mark(word, text = worded(STATES, word)) {
  const tone = GOOD.includes(word) ? 'good' : BAD.includes(word) ? 'bad' : 'warn';
  const made = element('span', { className: `mark ${tone}` }, text);
  made.title = word;
  return made;
}

/** @param {number | null} ms */
export function moment(ms) {
  if (ms === null) return '–';
  const format = { timeZone: 'Asia/Shanghai', hour12: false };
  return new Date(ms).toLocaleString(languageNow() === 0 ? 'zh-CN' : 'en-GB', format);
}

/** @param {number} fen */
export function yuan(fen) {
  return (fen / 100).toFixed(2);
}

/** A table whose cells know their heading, so that a narrow screen can show each row as a card.
 *  @param {string[]} headings
 *  @param {(Node | string)[][]} rows */
export function table(headings, rows) {
  if (rows.length === 0) return element('p', { className: 'none' }, t('none'));
  /** @param {number} at */
  const tone = (at) => (headings[at] === 'yuan' ? 'amount' : '');
  const named = headings.map((key) => (key === '' ? '' : t(key)));
  const head = element('tr', {}, ...named.map((name, at) => element('th', { className: tone(at) }, name)));
  const body = rows.map((cells) => {
    const made = cells.map((cell, at) => {
      const className = cell === '–' ? `${tone(at)} empty` : tone(at);
      const data = element('td', { className }, element('span', {}, cell));
      data.dataset['label'] = named[at] ?? '';
      return data;
    });
    return element('tr', {}, ...made);
  });
  return element('table', {}, element('thead', {}, head), element('tbody', {}, ...body));
}

/** A heading with what stands under it.
 *  @param {string} key
 *  @param {Node} content
 *  @param {number} [count] */
export function block(key, content, count) {
  const title = element('h2', {}, t(key));
  if (count !== undefined && count > 0) title.append(element('span', { className: 'count' }, count));
  const made = element('section', {}, title, content);
  made.id = `block-${key}`;
  return made;
}
