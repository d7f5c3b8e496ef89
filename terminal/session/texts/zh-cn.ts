import type { CardPlace, MoneyState } from '../machine/facts.ts';
import type { SessionTexts } from './session-texts.ts';

const yuan = (fen: number): string => `${(fen / 100).toFixed(2)} 元`;

function property(card: CardPlace): string {
  switch (card) {
    case 'none':
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
  phoneLabel: '手机号码',
  phoneExample: '例：138 0000 0000',
  phoneWrong: '手机号码是 1 开头的 11 位数字，请检查。',
  refusedAnyhow: '本机不能办理这项业务，未收取费用。',
  whyOff: (why) =>
    why === 'coming'
      ? '即将开通'
      : why === 'office-away'
        ? '业务系统暂时没有应答'
        : why === 'policy'
          ? '本厅未开通'
          : '设备检修中',
  stopHappened: {
    'approval-pending': '您的申请已受理，正在审核。',
    'paid-not-produced': '已付款，签注没有打印成功。',
    'produced-not-taken': '签注已办好，通行证没有取走。',
    'card-held': '通行证没有能够交还给您。',
    unknown: '有一步的结果还不能确定，正在核实。',
  },
  property,
  money,
  lineAlone: '请拨打 24 小时热线 {hotline}。',
  next: {
    again: '可以重新办理。',
    hall: '到最近的自助大厅继续办理：',
    window: '请到窗口办理：',
    bring: '请带齐材料再来。',
    go: '请改办另一项业务。',
    line: '请拨打 24 小时热线 {hotline}，报事件编号。',
    later: '请稍后再查，进度会通知您。',
  },
  slip: {
    title: '智能签注受理回执',
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
    noInvoice: '票据请到出入境窗口领取。',
  },
};
