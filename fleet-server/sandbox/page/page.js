/** The sandbox's page: sees cases and bills, works the officer's desk, sets switches. Text goes in by `textContent` alone.
 *  Plain JavaScript with types in comments: it is served as it stands.
 *
 *  @typedef {{thing: string, chineseName: string}} Person
 *  @typedef {{receiptNo: string, person: string, permitNo: string, destinations: string[], kind: string, countCode: string,
 *    decision: string, stage: string, paid: boolean, heldUntil: number | null, begunAt: number}} CaseFile
 *  @typedef {{billNo: string, receiptNo: string, amountFen: number, state: string, channel: 'qr' | 'card' | 'none', expiresAt: number}} Bill
 *  @typedef {{at: number, what: string, billNo: string, amountFen: number}} Movement
 *  @typedef {{id: string, action: object, office?: string, kind?: string, person?: string, terminalId?: string, nth: number,
 *    times: number | null, acted: number}} Switch
 *  @typedef {{now: number, workingDay: boolean, people: Person[], cases: CaseFile[], bills: Bill[], ledger: Movement[], switches: Switch[],
 *    totals: {held: number, captured: number, refunded: number, owed: number, balanced: boolean}}} State
 */

/** Chinese, English.
 *  @type {Record<string, [string, string]>} */
const TEXT = {
  title: [
    '后台沙盒：出入境、缴费（演示用，数据为虚构）',
    'Back-office sandbox: exit and entry, payment (demonstration, invented data)',
  ],
  language: ['English', '中文'],
  cases: ['受理与审核', 'Cases and review desk'],
  bills: ['缴款单', 'Bills'],
  switches: ['故障开关', 'Switches'],
  clock: ['时钟', 'Clock'],
  ledger: ['流水（最近二十笔）', 'Ledger (latest twenty)'],
  action: ['作用', 'does'],
  kind: ['请求', 'request'],
  person: ['人员', 'person'],
  terminal: ['终端', 'terminal'],
  nth: ['从第几次起', 'from the n-th call'],
  times: ['次数（空为不限）', 'times (empty: always)'],
  ms: ['毫秒', 'milliseconds'],
  when: ['相对本方入账', 'relative to its commit'],
  code: ['拒绝代码', 'refusal code'],
  amount: ['金额（分）', 'amount (fen)'],
  set: ['打开开关', 'Set switch'],
  remove: ['关闭', 'Remove'],
  approve: ['批准', 'Approve'],
  refuse: ['不予批准', 'Refuse'],
  none: ['没有', 'none'],
  any: ['任何', 'any'],
  before: ['之前', 'before'],
  after: ['之后', 'after'],
  begun: ['受理时间', 'begun'],
  receipt: ['受理号', 'receipt'],
  who: ['申请人', 'applicant'],
  what: ['签注', 'endorsement'],
  decision: ['审核', 'decision'],
  stage: ['制证', 'production'],
  paid: ['已缴', 'paid'],
  held: ['保留至', 'held until'],
  bill: ['缴款单号', 'bill'],
  state: ['状态', 'state'],
  yuan: ['金额（元）', 'yuan'],
  expires: ['有效至', 'valid until'],
  channel: ['渠道', 'channel'],
  matches: ['条件', 'matches'],
  acted: ['已作用', 'acted'],
  desk: ['审核台', 'desk'],
  working: ['工作日', 'working day'],
  holiday: ['休息日，无人审核', 'day off, nobody reviews'],
  hour: ['快进一小时', 'One hour on'],
  day: ['快进一天', 'One day on'],
  reset: ['恢复', 'Reset'],
  time: ['时间', 'time'],
  movement: ['变动', 'movement'],
  hold: ['冻结', 'held'],
  void: ['解冻', 'voided'],
  capture: ['入账', 'captured'],
  refund: ['退款', 'refunded'],
  extraIn: ['重复缴款', 'paid twice'],
  extraRefund: ['重复缴款退回', 'second payment returned'],
  owed: ['待退', 'owed'],
  balanced: ['账实相符', 'balanced'],
  unbalanced: ['账实不符', 'NOT BALANCED'],
};
/** States as people read them; the code word stays in the title of the mark.
 *  @type {Record<string, string>} */
const STATES = {
  approved: '已批准',
  pending: '待审核',
  refused: '不予批准',
  open: '未开始',
  reserved: '已预留',
  released: '已释放',
  inCheck: '核查中',
  produced: '已制证',
  cancelled: '已取消',
  held: '已冻结',
  captured: '已入账',
  voided: '已解冻',
  refunded: '已退款',
  failed: '失败',
  closed: '已关闭',
};
/** @type {Record<Bill['channel'], [string, string]>} */
const CHANNELS = { qr: ['扫码', 'QR'], card: ['刷卡', 'card'], none: ['–', '–'] };
const ACTIONS = [
  'delay',
  'down',
  'refuse',
  'error',
  'cut',
  'malformed',
  'oversize',
  'swapAnswer',
  'lostAnswer',
  'duplicateNotice',
  'reorderNotices',
  'decline',
  'otherAmount',
  'expireBill',
  'refundFails',
];
const KINDS = [
  'exitEntry.permit.lookup',
  'exitEntry.case.begin',
  'exitEntry.case.find',
  'exitEntry.case.reserve',
  'exitEntry.case.paid',
  'exitEntry.case.confirm',
  'exitEntry.case.cancel',
  'payment.bill.create',
  'payment.bill.query',
  'payment.bill.close',
  'payment.bill.refund',
  'payment.case.capture',
  'payment.case.release',
  'payment.notice',
  'payment.extra.refund',
  'channel.paid',
  'settle',
];
const WITH_WHEN = ['delay', 'error', 'cut', 'malformed', 'oversize', 'swapAnswer'];
/** The kind at which an action of the provider's own has any effect.
 *  @type {Record<string, string>} */
const OWN_KIND = {
  duplicateNotice: 'payment.notice',
  reorderNotices: 'payment.notice',
  decline: 'channel.paid',
  otherAmount: 'payment.bill.create',
  expireBill: 'payment.bill.create',
  refundFails: 'payment.bill.refund',
};
const GOOD = ['approved', 'produced', 'captured', 'held', 'reserved'];
const BAD = ['refused', 'failed', 'inCheck'];
const REFRESH_MS = 2_000;
const HOUR_MS = 3_600_000;

/** @type {0 | 1} */
let language = new URL(location.href).searchParams.get('lang') === 'en' ? 1 : 0;
let shown = '';

/** @param {string} id */
function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no ${id}`);
  return found;
}

/** @param {string} key */
const t = (key) => TEXT[key]?.[language] ?? key;

/** @param {string} tag
 *  @param {{className?: string, onclick?: () => void}} options
 *  @param {...(Node | string | number)} children */
function element(tag, options = {}, ...children) {
  const made = document.createElement(tag);
  if (options.className !== undefined) made.className = options.className;
  if (options.onclick !== undefined) made.addEventListener('click', options.onclick);
  if (made instanceof HTMLButtonElement) made.type = 'button';
  made.append(...children.map((child) => (child instanceof Node ? child : document.createTextNode(String(child)))));
  return made;
}

/** @param {string} method
 *  @param {string} path
 *  @param {object} [body] */
async function call(method, path, body) {
  const init =
    body === undefined
      ? { method }
      : { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(path, init);
  /** @type {{error?: {field?: string, message: string, code: string}}} */
  const { error } = await response.json();
  byId('problem').textContent =
    error === undefined || response.ok ? '' : `${error.field ?? ''} ${error.message} [${error.code}]`;
}

/** Does `method path`, then shows what came of it.
 *  @param {string} method
 *  @param {string} path
 *  @param {object} [body] */
function doing(method, path, body) {
  return () => void call(method, path, body).then(refresh);
}

/** @param {string} word
 *  @param {string} [chinese] */
function mark(word, chinese = STATES[word]) {
  const made = element(
    'span',
    { className: `mark ${GOOD.includes(word) ? 'good' : BAD.includes(word) ? 'bad' : 'warn'}` },
    language === 0 ? (chinese ?? word) : word,
  );
  made.title = word;
  return made;
}

/** @param {number | null} ms */
function moment(ms) {
  return ms === null
    ? '–'
    : new Date(ms).toLocaleString(language === 0 ? 'zh-CN' : 'en-GB', { timeZone: 'Asia/Shanghai', hour12: false });
}

/** @param {string[]} headings
 *  @param {(Node | string)[][]} rows */
function table(headings, rows) {
  if (rows.length === 0) return element('p', { className: 'none' }, t('none'));
  const head = element(
    'tr',
    {},
    ...headings.map((key) => element('th', { className: key === 'yuan' ? 'amount' : '' }, key === '' ? '' : t(key))),
  );
  const body = rows.map((cells) =>
    element(
      'tr',
      {},
      ...cells.map((cell, at) => element('td', { className: headings[at] === 'yuan' ? 'amount' : '' }, cell)),
    ),
  );
  return element('table', {}, element('thead', {}, head), element('tbody', {}, ...body));
}

/** @param {number} fen */
const yuan = (fen) => (fen / 100).toFixed(2);

/** @param {State} state */
function show(state) {
  const names = new Map(state.people.map((person) => [person.thing, person.chineseName]));
  byId('cases').replaceChildren(
    table(
      ['begun', 'receipt', 'who', 'what', 'decision', 'stage', 'paid', 'held', ''],
      state.cases.map((file) => [
        moment(file.begunAt),
        file.receiptNo,
        names.get(file.person) ?? file.permitNo,
        `${file.destinations.join(' + ')} ${file.kind} ${file.countCode}`,
        mark(file.decision),
        mark(file.stage),
        file.paid ? '✓' : '–',
        moment(file.heldUntil),
        file.decision === 'pending' && file.stage !== 'cancelled' ? deskButtons(file.receiptNo) : '',
      ]),
    ),
  );
  byId('bills').replaceChildren(
    table(
      ['bill', 'receipt', 'yuan', 'state', 'channel', 'expires'],
      state.bills.map((bill) => [
        bill.billNo,
        bill.receiptNo,
        yuan(bill.amountFen),
        mark(bill.state, bill.state === 'open' ? '待缴' : undefined),
        CHANNELS[bill.channel][language],
        moment(bill.expiresAt),
      ]),
    ),
  );
  byId('ledger').replaceChildren(
    table(
      ['time', 'movement', 'bill', 'yuan'],
      state.ledger.slice(0, 20).map((line) => [moment(line.at), t(line.what), line.billNo, yuan(line.amountFen)]),
    ),
  );
  byId('switches').replaceChildren(
    table(
      ['action', 'matches', 'acted', ''],
      state.switches.map((standing) => [
        JSON.stringify(standing.action),
        [standing.office, standing.kind, standing.person, standing.terminalId, `≥ ${standing.nth}`]
          .filter(Boolean)
          .join(' · '),
        `${standing.acted} / ${standing.times ?? '∞'}`,
        element('button', { onclick: doing('DELETE', `/switches/${standing.id}`) }, t('remove')),
      ]),
    ),
  );
  showClock(state);
}

/** @param {string} receiptNo */
function deskButtons(receiptNo) {
  /** @param {'approve' | 'refuse'} decision */
  const button = (decision) =>
    element('button', { onclick: doing('POST', `/desk/${receiptNo}`, { decision }) }, t(decision));
  return element('span', {}, button('approve'), button('refuse'));
}

/** @param {State} state */
function showClock(state) {
  const { held, captured, refunded, owed, balanced } = state.totals;
  const sums = { hold: held, capture: captured, refund: refunded, owed };
  byId('totals').textContent = `${Object.entries(sums)
    .map(([name, fen]) => `${t(name)} ${yuan(fen)}`)
    .join(' · ')} · ${t(balanced ? 'balanced' : 'unbalanced')}`;
  byId('totals').className = balanced ? '' : 'bad';
  byId('clock').textContent = `${moment(state.now)} · ${t(state.workingDay ? 'working' : 'holiday')}`;
  byId('clock-buttons').replaceChildren(
    element('button', { onclick: doing('POST', '/clock', { moveMs: HOUR_MS }) }, t('hour')),
    element('button', { onclick: doing('POST', '/clock', { moveMs: 24 * HOUR_MS }) }, t('day')),
    element('button', { onclick: doing('POST', '/clock', { offsetMs: 0 }) }, t('reset')),
  );
}

/** A field of the form of switches.
 *  @param {string} name */
function field(name) {
  const found = switchForm().elements.namedItem(name);
  if (found instanceof HTMLInputElement || found instanceof HTMLSelectElement) return found;
  throw new Error(`the form has no ${name}`);
}

/** @returns {HTMLFormElement} */
function switchForm() {
  const form = byId('switch-form');
  if (form instanceof HTMLFormElement) return form;
  throw new Error('the page has no form');
}

/** @param {string} name
 *  @param {string[][]} values */
function options(name, values) {
  const select = field(name);
  const chosen = select.value;
  select.replaceChildren(...values.map(([value, label]) => new Option(label, value)));
  if (values.some(([value]) => value === chosen)) select.value = chosen;
}

/** @param {Person[]} people */
function showForm(people) {
  options(
    'do',
    ACTIONS.map((name) => [name, name]),
  );
  options('kind', [['', t('any')], ...KINDS.map((name) => [name, name])]);
  options('person', [
    ['', t('any')],
    ...people.map((person) => [person.thing, `${person.chineseName} ${person.thing}`]),
  ]);
  options(
    'when',
    ['before', 'after'].map((name) => [name, t(name)]),
  );
  fitForm();
}

/** Shows the fields that the chosen action has. */
function fitForm() {
  const chosen = field('do').value;
  for (const label of document.querySelectorAll('label[data-for]')) {
    const needed = label.getAttribute('data-for');
    label.toggleAttribute('hidden', needed === 'when' ? !WITH_WHEN.includes(chosen) : needed !== chosen);
  }
  if (OWN_KIND[chosen] !== undefined) field('kind').value = OWN_KIND[chosen];
}

function switchOf() {
  /** @param {string} name */
  const value = (name) => field(name).value.trim();
  /** @type {Record<string, string | number>} */
  const action = { do: value('do') };
  if (action['do'] === 'delay') action['ms'] = Number(value('ms'));
  if (WITH_WHEN.includes(value('do'))) action['when'] = value('when');
  if (action['do'] === 'refuse') action['code'] = value('code');
  if (action['do'] === 'otherAmount') action['amountFen'] = Number(value('amountFen'));
  /** @type {Record<string, unknown>} */
  const input = {
    action,
    nth: Number(value('nth')) || 1,
    times: value('times') === '' ? null : Number(value('times')),
  };
  for (const name of ['kind', 'person', 'terminalId']) if (value(name) !== '') input[name] = value(name);
  return input;
}

function translate() {
  document.documentElement.lang = language === 0 ? 'zh-CN' : 'en';
  for (const place of document.querySelectorAll('[data-text]'))
    place.textContent = t(place.getAttribute('data-text') ?? '');
}

async function refresh() {
  const response = await fetch('/state');
  /** @type {State} */
  const state = await response.json();
  // The clock ticks in every answer; a page that is rebuilt under a finger loses the click.
  const told = JSON.stringify({ ...state, now: 0, language });
  if (told === shown) {
    showClock(state);
    return;
  }
  if (shown === '') showForm(state.people);
  shown = told;
  show(state);
}

byId('language').addEventListener('click', () => {
  language = language === 0 ? 1 : 0;
  translate();
  shown = '';
  void refresh();
});
switchForm().addEventListener('change', (event) => {
  if (event.target === field('do')) fitForm();
});
switchForm().addEventListener('submit', (event) => {
  event.preventDefault();
  void call('POST', '/switches', switchOf()).then(refresh);
});
translate();
await refresh();
setInterval(() => void refresh().catch(() => undefined), REFRESH_MS);
