/** A fault that may meet a terminal, by the number under which manuals, benches, tests and alarms name it. */
export interface FaultRow {
  /** `F01`: fixed for ever; a number that is missing was never given or is given no more. */
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly chapter: FaultChapter;
  /** Whose work shows it: the devices and their drivers, the services at the machine, its screens, the line between
   *  terminal and fleet with the journal behind it, or the releases. */
  readonly owner: 'devices' | 'services' | 'screens' | 'line' | 'releases';
  /** A release waits for it. Of cards and printing: where the configuration has the device. */
  readonly isGate: boolean;
  /** Why no test shows it yet; null when tests do. */
  readonly open: { readonly zh: string; readonly en: string } | null;
}

export const FAULT_CHAPTERS = {
  cards: { zh: '证件与读卡', en: 'Cards and readers' },
  printing: { zh: '打印', en: 'Printing' },
  capture: { zh: '采集', en: 'Capture' },
  around: { zh: '后台、网络、电源、机柜、软件', en: 'Back office, network, power, cabinet, software' },
} as const;
export type FaultChapter = keyof typeof FAULT_CHAPTERS;

/** Rows of the last chapter that a release waits for; of cards and printing it waits for all. */
const GATE: readonly string[] = ['F50', 'F51', 'F53', 'F54', 'F55', 'F57', 'F59', 'F61', 'F62', 'F67', 'F70'];

const row = (
  chapter: FaultChapter,
  id: string,
  owner: FaultRow['owner'],
  zh: string,
  en: string,
  open: FaultRow['open'] = null,
): FaultRow => ({
  id,
  zh,
  en,
  chapter,
  owner,
  isGate: chapter === 'cards' || chapter === 'printing' || GATE.includes(id),
  open,
});

export const FAULT_MATRIX: readonly FaultRow[] = [
  row('cards', 'F01', 'devices', '进卡时卡住', 'card jams entering'),
  row('cards', 'F02', 'services', '证件退出后无人取走', 'card presented, not taken'),
  row('cards', 'F03', 'services', '证件在机内，人已离开', 'leaves with the card inside'),
  row('cards', 'F04', 'devices', '回收箱满', 'retain bin fills'),
  row('cards', 'F05', 'devices', '回收箱被抽出', 'retain bin pulled'),
  row('cards', 'F06', 'devices', '闸门卡死', 'shutter stuck'),
  row('cards', 'F07', 'devices', '证件放反、过短、过长或未放入', 'card reversed, too short, too long, or none'),
  row('cards', 'F08', 'devices', '感应区有两张卡', 'two contactless cards'),
  row('cards', 'F09', 'devices', '芯片无应答', 'chip mute'),
  row('cards', 'F11', 'services', '写芯片或制证时断电', 'power cut in a chip write or while personalising'),
  row('cards', 'F12', 'devices', '读写设备无响应，端口仍在', 'reader hangs, port alive'),
  row('cards', 'F13', 'devices', '设备拔下后换口插回', 'device comes back on another path'),
  row('cards', 'F15', 'devices', '批量中卡仓用空', 'hopper empty in a batch'),
  row('cards', 'F16', 'devices', '一次进两张', 'double feed'),
  row('cards', 'F17', 'devices', '制证中途色带用完', 'ribbon out in the middle of a card'),
  row('cards', 'F18', 'devices', '回读内容与要求不符', 'read-back differs'),
  row('cards', 'F19', 'devices', '证面与芯片不是同一人', 'face and chip differ'),
  row('cards', 'F20', 'devices', '卡口被加装异物', 'skimmer or overlay'),
  row('cards', 'F21', 'devices', '卡口被做手脚，证件不到位', 'trapping'),
  row('cards', 'F22', 'devices', '线缆接错', 'cables swapped'),
  row('printing', 'F23', 'devices', '纸将尽', 'paper low'),
  row('printing', 'F24', 'devices', '出具凭证前缺纸', 'paper out before a mandatory certificate'),
  row('printing', 'F25', 'devices', '打印中途缺纸', 'paper out in the middle'),
  row('printing', 'F27', 'devices', '传送通道卡住', 'transport jam'),
  row('printing', 'F28', 'devices', '卡住而无传感器', 'jam without a sensor'),
  row('printing', 'F29', 'devices', '切刀卡住', 'cutter jam'),
  row('printing', 'F30', 'devices', '打印头过热', 'head hot'),
  row('printing', 'F31', 'devices', '打印中开盖', 'cover opened while printing'),
  row('printing', 'F32', 'services', '证件、文件无人取走', 'document not taken'),
  row('printing', 'F34', 'devices', '收回箱满', 'retract bin fills'),
  row('printing', 'F35', 'devices', '两张粘连或取错纸盒', 'two together, or the wrong tray'),
  row('printing', 'F36', 'devices', '重启后队列里有旧作业', 'spooled job over a restart'),
  row('printing', 'F37', 'devices', '墨粉将尽、用尽', 'toner low, out'),
  row('capture', 'F39', 'devices', '摄像头全黑、被遮、画面冻结', 'camera black, covered or frozen'),
  row('capture', 'F40', 'devices', '摄像头被别的程序占用', 'camera held by another process'),
  row('capture', 'F41', 'services', '用照片冒充本人', 'photo of a photo'),
  row('capture', 'F42', 'devices', '手指脏、不全、太快', 'finger dirty, partial, too fast'),
  row('capture', 'F43', 'devices', '手指一直不拿开', 'finger stays'),
  row('capture', 'F44', 'devices', '重复扫到同一个码', 'barcode storm'),
  row('capture', 'F45', 'devices', '码内含控制字符', 'control bytes in a code'),
  row('capture', 'F47', 'devices', '芯片与页面不符', 'chip and printed page differ'),
  row('capture', 'F48', 'devices', '扫描重张、开盖', 'scanner double feed, cover open'),
  row('capture', 'F49', 'devices', '密码键盘卡键、密钥丢失', 'PIN pad key stuck, keys erased'),
  row('around', 'F50', 'services', '提交前网络中断', 'network dead before the commit'),
  row('around', 'F51', 'services', '后台已提交，应答丢失', 'dead after the back office’s commit'),
  row('around', 'F53', 'services', '重复的应答、重复的指令', 'duplicate answer, duplicate command'),
  row('around', 'F54', 'services', '时钟跳变', 'clock jump'),
  row('around', 'F55', 'services', '办理中断电、进程被杀', 'power cut or processes killed anywhere in issuing'),
  row('around', 'F56', 'devices', '市电中断，电池供电', 'UPS engaged, low'),
  row('around', 'F57', 'services', '磁盘满、只读、不能落盘', 'disk full, read-only, no fsync'),
  row('around', 'F58', 'line', '日志行残缺、位翻转', 'torn row, bit flip'),
  row('around', 'F59', 'devices', '办理中柜门被打开', 'door opened in a session'),
  row('around', 'F60', 'devices', '撬动、震动、过热', 'tamper, seismic, heat'),
  row('around', 'F61', 'screens', '页面进程崩溃', 'renderer dies'),
  row('around', 'F62', 'devices', '设备服务进程在动作中崩溃', 'device host dies in motion'),
  row('around', 'F63', 'line', '内存泄漏、循环停顿', 'leak, stalled loop'),
  row('around', 'F64', 'screens', '触摸屏误触、失灵', 'ghost or dead touch'),
  row('around', 'F65', 'devices', '补充清点时点错', 'miscount at an exchange'),
  row('around', 'F67', 'devices', '两个程序争用一台设备', 'two clients, one device'),
  row('around', 'F68', 'releases', '办理中收到新版本', 'release in a session'),
  row('around', 'F69', 'devices', '参数有误：阈值大于容量、没有回收箱', 'threshold above capacity, no retain unit'),
  row('around', 'F70', 'devices', '开机时通道内有证件', 'media in the path at boot'),
];
