import { opensBy } from '@yimen/contracts/service';
import type { CardPlace, MoneyState } from '../machine/facts.ts';
import type { SessionTexts, Things } from './session-texts.ts';

/** 车辆登记与公布政策中的规则名称。 */
const RULES: Readonly<Record<string, string>> = {
  use: '非营运',
  seats: '九座及以下',
  age: '年龄',
  'age.min': '最低年龄',
  'age.max': '最高年龄',
  manufacture: '出厂四年内登记',
  registered: '登记六年内',
  casualty: '无人员伤亡事故',
  insurance: '交强险',
  tax: '车船税',
  violations: '无未处理违法',
  due: '到期检验时间',
  status: '车辆状态',
  idWindow: '可换领日期',
  hukou: '户籍范围',
};

const yuan = (fen: number): string => `${(fen / 100).toFixed(2)} 元`;

function property(things: Things): string {
  return [cardSentence(things.card), goodsSentence(things), idCardSentence(things)].join('');
}

function goodsSentence({ goods, goodsDevice }: Things): string {
  const what = goodsDevice === 'document-locker' ? '证件' : '新证';
  switch (goods) {
    case 'none':
      return '';
    case 'taken':
      return `您的${what}已取走。`;
    case 'retracted':
      return `您的${what}已由机器妥善保管，请凭事件编号向工作人员领取。`;
    case 'inside':
    case 'presented':
    case 'unknown':
      return `您的${what}可能还在机器内，工作人员会查看并为您保管。`;
    default:
      return goods satisfies never;
  }
}

function idCardSentence({ card, goods, idCard }: Things): string {
  if (idCard === 'onReader') return '请取回读卡区上的身份证。';
  return card === 'none' && goods === 'none' ? '机器内没有您的物品。' : '';
}

function cardSentence(card: CardPlace): string {
  switch (card) {
    case 'none':
      return '';
    case 'returned':
      return '您的通行证已还给您。';
    case 'held':
      return '您的通行证已由机器妥善保管，请凭事件编号领取。';
    case 'inside':
    case 'printer':
    case 'gate':
    case 'stuck':
    case 'unknown':
      return '您的通行证还在机器内，工作人员会取出交还。';
    default:
      return card satisfies never;
  }
}

const OFF: Readonly<Record<string, string>> = {
  coming: '即将开通',
  'office-away': '业务系统暂时没有应答',
  policy: '本厅未开通',
  package: '业务正在更新',
};

function whyOff(why: string): string {
  const opens = opensBy(why);
  return opens === undefined ? (OFF[why.split('.')[0] ?? ''] ?? '设备检修中') : `${opens} 开始办理`;
}

function money(state: MoneyState, amountFen: number, delivered: boolean): string {
  switch (state) {
    case 'none':
    case 'open':
    case 'voided':
      return '没有收取费用。';
    case 'taken':
      return delivered ? `已收取 ${yuan(amountFen)}。` : `已付 ${yuan(amountFen)}，为您保留；办不成会退还。`;
    case 'unknown':
      return '付款结果正在核实，请不要重复付款。';
    default:
      return state satisfies never;
  }
}

export const zhCn: SessionTexts = {
  minutes: (from, to) => `约 ${from}–${to} 分钟`,
  fields: {
    phone: {
      label: '手机号码',
      example: '例：138 0000 0000',
      wrong: '手机号码是 1 开头的 11 位数字，请检查。',
    },
    plateNo: {
      label: '车牌号码',
      example: '例：粤XA1001',
      wrong: '车牌由省份简称、一个字母和 5 或 6 位字母数字组成，请检查。',
    },
    engineTail: {
      label: '发动机号后四位',
      example: '见行驶证“发动机号码”栏',
      wrong: '请输入 4 位字母或数字。',
    },
    receiptNo: {
      label: '受理号',
      example: '印在回执条码下方',
      wrong: '受理号格式不对，请检查。',
    },
    idNo: {
      label: '身份证号码',
      example: '18 位，末位可能是 X',
      wrong: '校验位不符，请检查号码。',
    },
  },
  points: (points) => `记 ${points} 分`,
  feeChanged: (before, now) => `收费标准今天起由 ${yuan(before)} 变为 ${yuan(now)}，要继续办理吗？`,
  payNew: '按新标准缴费',
  payNot: '不缴费，离开',
  allOf: (count) => `全部 ${count} 条`,
  taken: '已采集',
  countOf: (count) => `已采集 ${count} 枚`,
  ruleResult: (rule, result) =>
    `${RULES[rule] ?? rule}：${result === 'ok' ? '符合' : result === 'missing' ? '未查到' : '不符合'}`,
  nodes: {
    applied: '已申请，审核中',
    accepted: '已受理，审核中',
    reviewed: '审核通过',
    made: '已制证，配送中',
    ready: '可以领取',
    delivered: '已领取',
    refused: '未获批准',
    cancelled: '已取消',
  },
  rule: (rule) => RULES[rule] ?? rule,
  refusedAnyhow: '本机不能办理这项业务，未收取费用。',
  whyOff,
  stopHappened: {
    'approval-pending': '您的申请已受理，正在审核。',
    'paid-not-produced': '已付款，但没有制作成功。',
    'produced-not-taken': '已经办好，但没有取走。',
    'card-held': '通行证没有能够交还给您。',
    unknown: '有一步的结果还不能确定，正在核实。',
  },
  property,
  money,
  lineAlone: '请拨打 24 小时热线 {hotline}。',
  contacts: { keeper: '现在由大厅管理员接听。', hotline: '现在由夜间热线接听。' },
  comeThen: '请从该日期起再来办理。',
  openNow: '现在开放。',
  opensAt: (moment) => `${moment} 起开放。`,
  fetchAtWindow: '机器为您保管的物品请到窗口领取：',
  next: {
    again: '可以重新办理。',
    hall: '到最近的自助大厅继续办理：',
    window: '请到窗口办理：',
    bring: '请带齐材料再来。',
    go: '请改办另一项业务。',
    line: '请拨打 24 小时热线 {hotline}，报事件编号。',
    later: '请稍后再查，进度会通知您。',
  },
  capture: {
    photoReceiptNo: {
      label: '相片回执编号',
      example: '例：PH20261101000001',
      wrong: '编号有误，请按相片回执核对：只有字母和数字，至少 8 位。',
    },
    padPrompt: '请签名，签好后按“完成”',
    photoTitle: { exit: '出入境证件照', licence: '驾驶证照片', id: '居民身份证照片', any: '证件照' },
    photoRules: {
      size: '照片尺寸合乎规格',
      bytes: '文件大小合乎规格',
      light: '光线适中，不过暗、不过亮',
      background: '白色背景，没有杂物',
      head: '头部居中，大小适当',
      eyes: '双眼睁开，平视镜头',
    },
    scanWhat: { insurance: '交强险保单', tax: '车船税完税证明' },
  },
  slip: {
    title: '业务受理回执',
    stopTitle: '业务未完成凭条',
    demo: '演示用凭条，不作凭证',
    item: '业务',
    holder: '申请人',
    receiptNo: '受理号',
    billNo: '缴款单号',
    amount: '金额',
    hall: '大厅',
    time: '时间',
    slipId: '回执号',
    incident: '事件编号',
    hotline: '24 小时热线',
    noInvoice: '票据请到窗口领取。',
    markNo: '标志编号',
    validUntil: '有效期至',
    decisionNo: '决定书编号',
    fine: '罚款及缴款期限',
    expected: '预计办结',
    toPay: '待缴金额',
    refunded: '已退款',
    paidFor: '缴费受理号',
    sheetMissing: '纸张没有打印，请凭本回执在任意自助机补打。',
  },
};
