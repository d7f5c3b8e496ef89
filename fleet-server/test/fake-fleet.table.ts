import type { AlarmView, HallView, ModuleView, ShownState, SupplyView } from '../store/fleet-reads.ts';

type Short = readonly [hallId: string, town: string, zh: string, en: string];

const HALLS: readonly Short[] = [
  ['daliang-24h', '440606005', '大良二十四小时自助警务厅', 'Daliang 24-hour Police Hall'],
  ['daliang-dongqu', '440606005', '大良东区警务自助厅', 'Daliang East Police Hall'],
  ['ronggui-24h', '440606006', '容桂自助警务厅', 'Ronggui Police Hall'],
  ['ronggui-hongqi', '440606006', '容桂红旗警务自助厅', 'Ronggui Hongqi Police Hall'],
  ['lunjiao-24h', '440606003', '伦教自助警务厅', 'Lunjiao Police Hall'],
  ['leliu-24h', '440606004', '勒流自助警务厅', 'Leliu Police Hall'],
  ['chencun-24h', '440606101', '陈村自助警务厅', 'Chencun Police Hall'],
  ['beijiao-24h', '440606102', '北滘自助警务厅', 'Beijiao Police Hall'],
  ['beijiao-linggang', '440606102', '北滘林港警务自助厅', 'Beijiao Lingang Police Hall'],
  ['lecong-24h', '440606103', '乐从自助警务厅', 'Lecong Police Hall'],
  ['lecong-furniture', '440606103', '乐从家具城警务自助厅', 'Lecong Furniture Mall Police Hall'],
  ['longjiang-24h', '440606104', '龙江自助警务厅', 'Longjiang Police Hall'],
  ['xingtan-24h', '440606105', '杏坛自助警务厅', 'Xingtan Police Hall'],
  ['junan-24h', '440606106', '均安自助警务厅', 'Jun’an Police Hall'],
];

/** Halls of the tests: invented, one or two in each town. */
export const FAKE_HALLS: readonly HallView[] = HALLS.map(([hallId, town, zh, en], at) => ({
  hallId,
  town,
  zh,
  en,
  addressZh: `示例路 ${at + 1} 号`,
  addressEn: `${at + 1} Example Road`,
  hoursZh: '全天开放',
  hoursEn: 'Open day and night',
}));

/** What differs between the terminals of the tests; one in each hall. `heardAgoMs` null = never heard. */
export interface FakeTerminalRow {
  readonly tid: string;
  readonly hallId: string;
  readonly state: ShownState;
  readonly heardAgoMs: number | null;
  readonly off?: readonly { readonly service: string; readonly why: string }[];
  readonly broken?: Readonly<Record<string, Partial<ModuleView>>>;
  readonly paper?: number;
}

export const FAKE_TERMINALS: readonly FakeTerminalRow[] = [
  { tid: 'DALIANG-01', hallId: 'daliang-24h', state: 'inService', heardAgoMs: 4_000 },
  { tid: 'DALIANG-02', hallId: 'daliang-dongqu', state: 'inService', heardAgoMs: 11_000 },
  {
    tid: 'RONGGUI-01',
    hallId: 'ronggui-24h',
    state: 'degraded',
    heardAgoMs: 7_000,
    off: [{ service: 'hh.idapply', why: 'receiptPrinter.paperOut' }],
    broken: { receiptPrinter: { state: 'userError', fault: 'paperOut' } },
    paper: 0,
  },
  {
    tid: 'RONGGUI-02',
    hallId: 'ronggui-hongqi',
    state: 'outOfService',
    heardAgoMs: 9_000,
    off: [
      { service: 'exit.endorse', why: 'cardUnit.mediaJam' },
      { service: 'exit.card', why: 'cardUnit.mediaJam' },
    ],
    broken: { cardUnit: { state: 'hardwareError', fault: 'mediaJam' } },
  },
  { tid: 'LUNJIAO-01', hallId: 'lunjiao-24h', state: 'inService', heardAgoMs: 14_000 },
  { tid: 'LELIU-01', hallId: 'leliu-24h', state: 'maintenance', heardAgoMs: 3_000 },
  { tid: 'CHENCUN-01', hallId: 'chencun-24h', state: 'inService', heardAgoMs: 6_000 },
  { tid: 'BEIJIAO-01', hallId: 'beijiao-24h', state: 'inService', heardAgoMs: 2_000 },
  { tid: 'BEIJIAO-02', hallId: 'beijiao-linggang', state: 'inService', heardAgoMs: 600_000 },
  { tid: 'LECONG-01', hallId: 'lecong-24h', state: 'inService', heardAgoMs: 12_000 },
  { tid: 'LECONG-02', hallId: 'lecong-furniture', state: 'closed', heardAgoMs: 8_000 },
  { tid: 'LONGJIANG-01', hallId: 'longjiang-24h', state: 'inService', heardAgoMs: 5_000 },
  { tid: 'XINGTAN-01', hallId: 'xingtan-24h', state: 'unknown', heardAgoMs: null },
  { tid: 'JUNAN-01', hallId: 'junan-24h', state: 'inService', heardAgoMs: 10_000, paper: 14 },
];

/** The modules of one cabinet, all well. */
export const FAKE_MODULES: readonly ModuleView[] = [
  module('cardUnit', 'card-unit-creator-crt591', 'CRT-591-M'),
  module('travelDocument', 'travel-document-icao-9303', 'PC/SC'),
  module('endorsementPrinter', 'endorsement-printer-yimen-ref1', 'REF1-E'),
  module('receiptPrinter', 'receipt-printer-epson-escpos', 'TM-T88'),
  module('paymentTerminal', 'payment-terminal-yimen-ref1', 'REF1-P'),
  module('camera', 'camera-v4l2-any', 'UVC'),
];

function module(name: string, driver: string, model: string): ModuleView {
  return {
    module: name,
    state: 'online',
    fault: null,
    driver,
    model,
    serial: 'S-0001',
    firmware: '1.4',
    changedAt: null,
  };
}

export const FAKE_SUPPLIES: readonly SupplyView[] = [
  { unit: 'receiptPaper', count: 61, capacity: 100, source: 'counted' },
  { unit: 'cardUnit.bin', count: 2, capacity: 20, source: 'sensor' },
];

type ShortAlarm = Pick<AlarmView, 'tid' | 'town' | 'module' | 'code' | 'severity' | 'state'> & {
  agoMs: number;
  stop?: AlarmView['stop'];
};

export const FAKE_ALARMS: readonly ShortAlarm[] = [
  {
    tid: 'RONGGUI-02',
    town: '440606006',
    module: 'cardUnit',
    code: 'module.hardwareError',
    severity: 'major',
    state: 'unacked',
    agoMs: 640_000,
  },
  {
    tid: 'RONGGUI-02',
    town: '440606006',
    module: 'money',
    code: 'money.unresolved',
    severity: 'critical',
    state: 'unacked',
    agoMs: 610_000,
    stop: 'paid-not-produced',
  },
  {
    tid: 'RONGGUI-01',
    town: '440606006',
    module: 'receiptPaper',
    code: 'supply.empty',
    severity: 'major',
    state: 'acked',
    agoMs: 3_100_000,
  },
  {
    tid: 'BEIJIAO-02',
    town: '440606102',
    module: 'terminal',
    code: 'terminal.offline',
    severity: 'major',
    state: 'unacked',
    agoMs: 480_000,
  },
  {
    tid: 'JUNAN-01',
    town: '440606106',
    module: 'receiptPaper',
    code: 'supply.forecast',
    severity: 'minor',
    state: 'returned',
    agoMs: 7_200_000,
  },
];
