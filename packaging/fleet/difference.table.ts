import type { Keeper } from './books.ts';

interface Words {
  readonly zh: string;
  readonly en: string;
}

interface DifferenceKind {
  /** What is wrong. */
  readonly what: Words;
  /** What to do next. */
  readonly next: Words;
}

/** Every way in which two books can disagree, and what a person does about it. */
export const DIFFERENCES = {
  'journal-damaged': {
    what: { zh: '终端日志不完整', en: 'the terminal’s journal is not whole' },
    next: {
      zh: '停用该终端，运行 npm run journal -- verify，保全文件，报告安全负责人',
      en: 'take the terminal out of service, run npm run journal -- verify, keep the file, tell whoever is responsible for security',
    },
  },
  'money-terminal-gateway': {
    what: { zh: '同一账单，终端与网关金额不符', en: 'terminal and gateway have another amount for one bill' },
    next: {
      zh: '按账单参考号查看终端日志（journal show --session）和网关记录；以支付方为准，补做退款或更正',
      en: 'look the bill up in the journal (journal show --session) and at the gateway; the provider decides: refund or correct',
    },
  },
  'money-gateway-provider': {
    what: {
      zh: '同一账单，网关与支付方状态或金额不符',
      en: 'gateway and provider have another state or amount for one bill',
    },
    next: {
      zh: '向支付方查询该账单；若支付方已收款而网关未知，先查通知是否送达，再处理该业务',
      en: 'ask the provider about the bill; money there that the gateway does not know: see whether notices arrive, then settle the case',
    },
  },
  'money-terminal-provider': {
    what: { zh: '同一账单，终端与支付方金额不符', en: 'terminal and provider have another amount for one bill' },
    next: {
      zh: '以支付方对账单为准；终端多记或少记都要开事件并通知市民',
      en: 'the provider’s statement decides; open an incident and tell the citizen, whichever way it differs',
    },
  },
  'amount-differs': {
    what: { zh: '账单应收金额不符', en: 'the bill asks for another amount in another book' },
    next: {
      zh: '核对收费标准版本，暂停该业务收费',
      en: 'compare the fee rows in force; stop charging for this service until it is clear',
    },
  },
  'charge-without-bill': {
    what: { zh: '终端记了收费，但没有账单', en: 'the terminal told a charge without a bill' },
    next: { zh: '保全日志，报告开发方', en: 'keep the journal, tell the makers' },
  },
  'bill-unknown-to-terminal': {
    what: { zh: '有款项的账单不在终端日志中', en: 'a bill with money is not in the terminal’s journal' },
    next: {
      zh: '核对终端是否换过数据目录；查该账单对应的业务并处理款项',
      en: 'see whether the terminal lost its data folder; find the bill’s case at the gateway and settle the money',
    },
  },
  'bill-unknown-to-gateway': {
    what: {
      zh: '支付方有款项，网关没有该账单',
      en: 'the provider has money for a bill that the gateway does not have',
    },
    next: {
      zh: '核对网关数据库是否从旧备份恢复；请支付方冻结并退款',
      en: 'see whether the gateway’s database came from an old backup; have the provider hold the money and give it back',
    },
  },
  'statement-unbalanced': {
    what: { zh: '支付方账单与其流水不符', en: 'the provider’s bill and its own ledger disagree' },
    next: { zh: '向支付方要求更正对账单', en: 'ask the provider for a corrected statement' },
  },
  'extra-not-returned': {
    what: { zh: '重复付款尚未退回', en: 'a second payment of a bill was not given back' },
    next: { zh: '催支付方退回重复付款', en: 'have the provider give the second payment back' },
  },
  'held-too-long': {
    what: {
      zh: '款项预授权过久，无补偿记录也无未结事件',
      en: 'money is held for long, without a compensation and without an open incident',
    },
    next: { zh: '查该业务：完成、作废或开补偿', en: 'look at the case: finish it, void it, or open a compensation' },
  },
  'compensation-unattended': {
    what: { zh: '补偿未结，但没有未结事件', en: 'a compensation is open and no incident is' },
    next: {
      zh: '开事件，联系市民：重办或退款',
      en: 'open an incident and reach the citizen: produce again, or refund',
    },
  },
  'compensation-missing': {
    what: { zh: '终端开了补偿，网关没有', en: 'the terminal opened a compensation, the gateway has none' },
    next: {
      zh: '查网关是否收到确认（confirm）；款项仍在时补报结果',
      en: 'see whether the confirm reached the gateway; report the outcome again while the money stands',
    },
  },
  'refund-stuck': {
    what: { zh: '审查不通过，退款迟迟未完成', en: 'a review was refused and the money is still not back' },
    next: { zh: '催支付方退款', en: 'have the provider carry the refund out' },
  },
  'goods-terminal-gateway': {
    what: { zh: '终端与网关对是否交付的记载不符', en: 'terminal and gateway disagree about what was handed over' },
    next: {
      zh: '查该业务的确认；终端未报的结果由终端补报',
      en: 'look at the case’s confirm; the terminal reports again what did not arrive',
    },
  },
  'goods-gateway-office': {
    what: {
      zh: '网关与业务系统对是否办结的记载不符',
      en: 'gateway and office disagree about whether the case is produced',
    },
    next: { zh: '请业务部门按业务参考号核对', en: 'have the office look the case up' },
  },
  'serial-twice': {
    what: { zh: '同一证件号用于两笔业务', en: 'one serial was used for two cases' },
    next: {
      zh: '停用相关号段，报告证件管理部门',
      en: 'stop that series and tell whoever is responsible for the documents',
    },
  },
  'serial-not-confirmed': {
    what: { zh: '证件号状态与业务结果不符', en: 'a serial’s state does not fit its case' },
    next: { zh: '清点该终端的空白证件或待领柜', en: 'count that terminal’s blanks, or its locker' },
  },
  'fleet-missing': {
    what: { zh: '机群已确认，但缺少该业务结果', en: 'the fleet confirmed the row and does not have the service' },
    next: {
      zh: '重算该终端台账；从终端日志重新发送',
      en: 'recount the terminal’s ledger; have the terminal send it again',
    },
  },
  'fleet-extra': {
    what: { zh: '机群有终端没有的业务结果', en: 'the fleet has a service that the terminal does not' },
    next: {
      zh: '查该终端的证书和台账分叉，报告安全负责人',
      en: 'look for a forked ledger and at the terminal’s certificate; tell security',
    },
  },
  'fleet-differs': {
    what: { zh: '机群与终端的业务结果不同', en: 'fleet and terminal have another result for one service' },
    next: { zh: '以终端日志为准，重算台账', en: 'the journal decides; recount the ledger' },
  },
  'fleet-quarantined': {
    what: { zh: '业务结果被机群隔离', en: 'the fleet holds the service’s row in quarantine' },
    next: { zh: '看隔离原因；核对终端与机群版本', en: 'read why; compare the versions of terminal and fleet' },
  },
  'fleet-lost': {
    what: { zh: '机群确认过的行现已没有', en: 'the fleet once confirmed rows that it no longer has' },
    next: {
      zh: '核对机群是否从旧备份恢复；由终端重新发送',
      en: 'see whether the fleet came from an old backup; have the terminal send again',
    },
  },
  'volumes-differ': {
    what: { zh: '看板业务量与台账不符', en: 'the dashboard’s volumes and the ledger disagree' },
    next: { zh: '重算该终端当日业务量', en: 'recount that terminal’s day' },
  },
  'session-open': {
    what: { zh: '会话长时间没有结束', en: 'a session has had no end for long' },
    next: { zh: '到终端查看恢复状态', en: 'look at the terminal: its recovery is stuck' },
  },
} as const satisfies Record<string, DifferenceKind>;

export type DifferenceName = keyof typeof DIFFERENCES;

/** Words by which a book says where something stands. */
export const STANDINGS = {
  nothing: { zh: '无款', en: 'nothing' },
  unpaid: { zh: '未付', en: 'unpaid' },
  held: { zh: '预授权', en: 'held' },
  captured: { zh: '已入账', en: 'captured' },
  absent: { zh: '没有', en: 'not there' },
  present: { zh: '有', en: 'there' },
  handedOver: { zh: '已交付', en: 'handed over' },
  notHandedOver: { zh: '未交付', en: 'not handed over' },
  produced: { zh: '已办结', en: 'produced' },
  notProduced: { zh: '未办结', en: 'not produced' },
  open: { zh: '未结', en: 'open' },
  none: { zh: '无', en: 'none' },
  other: { zh: '不同', en: 'different' },
} as const satisfies Record<string, Words>;
export type Standing = keyof typeof STANDINGS;

/** What one book says of the thing. */
export interface Said {
  readonly by: Keeper;
  readonly standing: Standing | null;
  readonly fen: number | null;
  readonly count: number | null;
}

/** One thing on which two books disagree. `ref` is random (case, bill, session or operation reference, or a row's number);
 *  never an official number. */
export interface Difference {
  readonly kind: DifferenceName;
  /** Null when it belongs to no day. */
  readonly day: string | null;
  readonly tid: string | null;
  readonly ref: string | null;
  readonly left: Said;
  readonly right: Said;
}

export function said(by: Keeper, what: { standing?: Standing; fen?: number | null; count?: number }): Said {
  return { by, standing: what.standing ?? null, fen: what.fen ?? null, count: what.count ?? null };
}
