/** Every word of the page: Chinese, English.
 *  @type {Record<string, [string, string]>} */
const TEXT = {
  title: ['后台沙盒（演示用，数据为虚构）', 'Back-office sandbox (demonstration, invented data)'],
  language: ['English', '中文'],
  offices: ['业务后台', 'offices'],
  'exit-entry': ['出入境', 'Exit and entry'],
  vehicle: ['车驾管', 'Vehicles'],
  household: ['户政', 'Households'],
  payment: ['缴费', 'Payment'],
  control: ['开关与时钟', 'Switches and clock'],
  waiting: ['待审核', 'Waiting for an officer'],
  cases: ['终端办理', 'Errands at terminals'],
  dossiers: ['在办业务', 'Applications'],
  documents: ['待领证件', 'Documents in stock'],
  licences: ['驾驶证', 'Licences'],
  cars: ['机动车与未处理违法', 'Cars and open violations'],
  blanks: ['空白证', 'Blanks'],
  bills: ['缴款单', 'Bills'],
  ledger: ['流水（最近二十笔）', 'Ledger (latest twenty)'],
  switches: ['故障开关', 'Switches'],
  clock: ['时钟', 'Clock'],
  notices: ['待回执的审核通知', 'Review notices not heard yet'],
  office: ['后台', 'office'],
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
  holder: ['持有人', 'holder'],
  owner: ['所有人', 'owner'],
  item: ['业务', 'item'],
  what: ['内容', 'about'],
  decision: ['审核', 'decision'],
  stage: ['进度', 'stage'],
  paid: ['已缴', 'paid'],
  held: ['保留至', 'held until'],
  bill: ['缴款单号', 'bill'],
  state: ['状态', 'state'],
  yuan: ['金额（元）', 'yuan'],
  expires: ['有效至', 'valid until'],
  expected: ['预计完成', 'expected'],
  channel: ['渠道', 'channel'],
  serial: ['证件编号', 'serial'],
  hall: ['大厅', 'hall'],
  class: ['准驾车型', 'class'],
  points: ['记分', 'points'],
  special: ['说明', 'remarks'],
  plate: ['号牌', 'plate'],
  engine: ['发动机号末四位', 'engine no.'],
  due: ['检验有效期止', 'mark due'],
  violations: ['未处理违法', 'open violations'],
  form: ['种类', 'form'],
  stock: ['库存', 'in stock'],
  next: ['下一张', 'next'],
  elsewhere: ['不在库', 'not in stock'],
  result: ['结果', 'result'],
  reference: ['对方编号', 'their reference'],
  matches: ['条件', 'matches'],
  acted: ['已作用', 'acted'],
  working: ['工作日', 'working day'],
  holiday: ['休息日，无人审核', 'day off, nobody reviews'],
  hour: ['快进一小时', 'One hour on'],
  day: ['快进一天', 'One day on'],
  week: ['快进七天', 'Seven days on'],
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
  unpaid: ['待缴', 'to be paid'],
  balanced: ['账实相符', 'balanced'],
  unbalanced: ['账实不符', 'NOT BALANCED'],
  driving: ['驾驶证', 'driving'],
  vehicleForm: ['行驶证', 'vehicle'],
  noPhoto: ['照片过期', 'photo too old'],
  noHealth: ['无体检', 'no health report'],
  noInsurance: ['无保险', 'no insurance'],
  noTax: ['未完税', 'no tax'],
  casualty: ['伤亡事故', 'casualties'],
  seats: ['座', 'seats'],
  registered: ['注册登记', 'registered'],
  pointsUnit: ['分', 'points'],
  onCase: ['所办业务', 'for case'],
};

/** States as people read them; the code word stays in the title of the mark.
 *  @type {Record<string, [string, string]>} */
export const STATES = {
  approved: ['已批准', 'approved'],
  accepted: ['已受理', 'accepted'],
  pending: ['待审核', 'pending'],
  refused: ['不予批准', 'refused'],
  passed: ['已通过', 'passed'],
  open: ['未开始', 'open'],
  reserved: ['已预留', 'reserved'],
  released: ['已释放', 'released'],
  inCheck: ['核查中', 'in check'],
  produced: ['已完成', 'produced'],
  cancelled: ['已取消', 'cancelled'],
  held: ['已冻结', 'held'],
  captured: ['已入账', 'captured'],
  voided: ['已解冻', 'voided'],
  refunded: ['已退款', 'refunded'],
  failed: ['失败', 'failed'],
  closed: ['已关闭', 'closed'],
  applied: ['审核中', 'applied'],
  reviewed: ['已审核', 'reviewed'],
  made: ['已制证', 'made'],
  ready: ['待领取', 'ready'],
  delivered: ['已发放', 'delivered'],
  stock: ['在柜', 'in the locker'],
  suspect: ['存疑', 'suspect'],
  spoiled: ['已作废', 'spoiled'],
  atWindow: ['在窗口', 'at the window'],
  backAtOffice: ['已退回', 'back at the office'],
};

/** What an errand is about, by item.
 *  @type {Record<string, [string, string]>} */
export const ITEMS = {
  endorse: ['再次签注', 'endorsement'],
  prereg: ['证件预受理', 'travel document'],
  print: ['签注打印', 'print endorsement'],
  collect: ['自助取证', 'collect document'],
  pay: ['自助缴费', 'pay a case'],
  simple: ['表单业务', 'form'],
  licence: ['驾驶证', 'driving licence'],
  vlic: ['行驶证', 'vehicle licence'],
  inspect: ['检验标志', 'inspection mark'],
  violation: ['交通违法', 'violations'],
  idapply: ['身份证申领', 'ID card'],
  idcollect: ['身份证领证', 'collect ID card'],
};

/** Values inside an errand.
 *  @type {Record<string, [string, string]>} */
export const VALUES = {
  passport: ['普通护照', 'passport'],
  'hkm-permit': ['往来港澳通行证', 'Hong Kong–Macau permit'],
  'tw-permit': ['往来台湾通行证', 'Taiwan permit'],
  new: ['首次申请', 'first'],
  renew: ['换发', 'renewal'],
  replace: ['补发', 'replacement'],
  expiry: ['期满换领', 'expired'],
  loss: ['丢失补领', 'lost'],
  damage: ['损坏换领', 'damaged'],
  approved: ['已批签注', 'approved'],
  reprint: ['重打', 'reprint'],
  seized: ['已扣押', 'seized'],
  'other-province': ['档案在外省', 'file in another province'],
  'data-differs': ['信息不一致', 'data differ'],
  sealed: ['查封', 'sealed'],
  operating: ['营运', 'for hire'],
};

/** @type {Record<string, [string, string]>} */
export const CHANNELS = { qr: ['扫码', 'QR'], card: ['刷卡', 'card'], none: ['–', '–'] };

/** @type {0 | 1} */
let language = new URL(location.href).searchParams.get('lang') === 'en' ? 1 : 0;

export function languageNow() {
  return language;
}

export function switchLanguage() {
  language = language === 0 ? 1 : 0;
}

/** @param {string} key */
export function t(key) {
  return TEXT[key]?.[language] ?? key;
}

/** A word of one of the tables above; the word itself when the table does not know it.
 *  @param {Record<string, [string, string]>} table
 *  @param {string} word */
export function worded(table, word) {
  return table[word]?.[language] ?? word;
}
