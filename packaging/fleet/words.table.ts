import type { Keeper } from './books.ts';
import type { OpenMatter } from './compare.ts';
import type { Language } from './options.ts';

interface Texts {
  readonly title: (day: string | null) => string;
  readonly nothing: string;
  readonly columns: readonly string[];
  readonly total: string;
  readonly money: (bills: number, moving: number) => string;
  readonly sums: {
    readonly terminal: string;
    readonly returned: string;
    readonly gateway: string;
    readonly held: string;
    readonly captured: string;
    readonly agree: string;
    readonly differ: string;
  };
  readonly notYet: (n: number) => string;
  readonly open: (n: number) => string;
  readonly matters: Readonly<Record<OpenMatter['what'], string>>;
  readonly withoutJournal: (tids: readonly string[]) => string;
  readonly differences: (n: number) => string;
  readonly more: (n: number) => string;
  readonly next: string;
  readonly agree: string;
  readonly keepers: Readonly<Record<Keeper, string>>;
  readonly rows: (n: number) => string;
}

const SHOWN_TIDS = 8;
const some = (tids: readonly string[]): string =>
  tids.length > SHOWN_TIDS ? `${tids.slice(0, SHOWN_TIDS).join(' ')} …` : tids.join(' ');

/** Everything the report says, in both languages. */
export const TEXTS: Readonly<Record<Language, Texts>> = {
  'zh-CN': {
    title: (day) => `对账：${day ?? '全部日期'}`,
    nothing: '没有业务',
    columns: ['业务', '办结', '拒办', '中止', '放弃', '收费', '退费', '制出', '交付', '待入机群'],
    total: '合计',
    money: (bills, moving) => `款项（${bills} 张账单${moving > 0 ? `，另有 ${moving} 张正在办理，未计入` : ''}）`,
    sums: {
      terminal: '终端净收',
      returned: '事后退回',
      gateway: '网关',
      held: '支付方预授权',
      captured: '支付方已入账',
      agree: '相符',
      differ: '不符',
    },
    notYet: (n) => `另有 ${n} 笔业务结果机群尚未确认（不算差异）`,
    open: (n) => `未结事项 ${n} 项（有人在办，不算差异）：`,
    matters: { session: '会话', incident: '事件', compensation: '补偿', operation: '待核操作', review: '待审查' },
    withoutJournal: (tids) => `${tids.length} 台终端没有提供日志，其业务未与终端核对：${some(tids)}`,
    differences: (n) => `差异 ${n} 项：`,
    more: (n) => `……还有 ${n} 项，见 --json`,
    next: '下一步：',
    agree: '全部相符',
    keepers: { terminal: '终端', gateway: '网关', provider: '支付方', office: '业务系统', fleet: '机群' },
    rows: (n) => `${n} 条`,
  },
  en: {
    title: (day) => `Reconciliation: ${day ?? 'all days'}`,
    nothing: 'no service',
    columns: [
      'service',
      'done',
      'refused',
      'stopped',
      'left',
      'charged',
      'refunded',
      'made',
      'handed',
      'not yet at fleet',
    ],
    total: 'total',
    money: (bills, moving) =>
      `Money (${bills} bills${moving > 0 ? `; ${moving} more are being worked on and not counted` : ''})`,
    sums: {
      terminal: 'terminals, net',
      returned: 'returned later',
      gateway: 'gateway',
      held: 'provider, held',
      captured: 'provider, captured',
      agree: 'agree',
      differ: 'differ',
    },
    notYet: (n) => `${n} results are not confirmed by the fleet yet (no difference)`,
    open: (n) => `${n} open matters (somebody is at them; no difference):`,
    matters: {
      session: 'session',
      incident: 'incident',
      compensation: 'compensation',
      operation: 'unproved operation',
      review: 'review',
    },
    withoutJournal: (tids) =>
      `No journal was given for ${tids.length} terminals; not compared with them: ${some(tids)}`,
    differences: (n) => `${n} differences:`,
    more: (n) => `… and ${n} more: see --json`,
    next: 'next: ',
    agree: 'everything agrees',
    keepers: { terminal: 'terminal', gateway: 'gateway', provider: 'provider', office: 'office', fleet: 'fleet' },
    rows: (n) => `${n} rows`,
  },
};
