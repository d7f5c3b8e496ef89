import type { MESSAGE_EXAMPLES } from './message-examples.ts';

interface Note {
  readonly zh: string;
  readonly en: string;
}
type Notes = Readonly<Record<string, Note>>;

const note = (zh: string, en: string): Note => ({ zh, en });

/** What a field means wherever it stands; one of `MESSAGE_NOTES` goes before it. `[]` is each member of a list. */
export const FIELD_NOTES: Notes = {
  v: note('契约版本', 'version of the contract'),
  kind: note('消息种类', 'which message of this topic'),
  linkSession: note('连接计数，CONNECT 前落盘', 'counter of connections, on disk before CONNECT'),
  epoch: note('台账纪元，由服务器颁发', 'epoch of the ledger, issued by the server'),
  't.boot': note('本次启动的随机编号', 'random id of this boot'),
  't.mono': note('启动以来的毫秒数', 'milliseconds since this boot'),
  't.wall': note('终端时钟', 'the terminal’s clock'),
  't.srv': note('最近听到的服务器时间', 'the last server time that was heard'),
  id: note('编号，重复到达时不再执行', 'its id: one that is known is not done again'),
  tid: note('接收终端', 'the terminal it is for, and no other'),
  type: note('类型', 'what is to be done'),
  args: note('参数', 'its arguments'),
  idleOnly: note('仅空闲时执行', 'only while no citizen is served'),
  issued: note('签发时间', 'when it was signed'),
  exp: note('失效时间', 'after this it is `expired`'),
  reason: note('原因', 'why'),
  by: note('签发人', 'who asked for it'),
  'sig.key': note('签名密钥编号', 'which key signed'),
  'sig.alg': note('签名算法', 'the signature’s algorithm'),
  'sig.value': note('签名，base64url', 'the signature, base64url'),
  state: note('状态', 'how it stands'),
  code: note('原因代码', 'why, as a code'),
};

/** What a field means in one kind of message. */
export const MESSAGE_NOTES: Readonly<Partial<Record<keyof typeof MESSAGE_EXAMPLES, Notes>>> = {
  birth: {
    'software.terminal': note('终端程序版本', 'version of the terminal’s program'),
    'software.image': note('系统镜像', 'system image'),
    'software.contract[]': note('支持的契约版本', 'contract versions that it speaks'),
    'services[].id': note('业务', 'service'),
    'services[].release': note('已安装的发布号', 'installed release'),
    'devices[].module': note('模块', 'module: the kind of driver, in camel case; a second one is `cardUnit.2`'),
    'devices[].driver': note('驱动', 'driver'),
    'devices[].model': note('型号', 'model'),
    'devices[].serial': note('序列号', 'serial number'),
    'devices[].firmware': note('固件', 'firmware'),
    twinVer: note('已应用的设置版本', 'version of the settings it has applied'),
    lastCounter: note('最近接受的命令计数', 'counter of the last command it accepted'),
    checkpoint: note('最近看到的审计检查点', 'audit checkpoint it saw last'),
  },
  heartbeat: {
    n: note('本连接的心跳序号', 'number of this beat on this link, rising by one'),
    state: note('服务状态', 'service state'),
    busy: note('正在服务市民', 'a citizen is being served'),
    'off[].service': note('停办的业务', 'a service that is not offered'),
    'off[].why': note('停办原因', 'why not'),
    'modules[].module': note('模块', 'module'),
    'modules[].state': note('设备状态（XFS4IoT）', 'device state (XFS4IoT)'),
    'modules[].fault': note('故障代码', 'fault, as a code'),
    'supplies[].unit': note('耗材', 'supply'),
    'supplies[].count': note('余量', 'what is left'),
    'supplies[].capacity': note('容量', 'what it holds when full'),
    'supplies[].source': note('余量来源', 'where the count is from'),
    'outbox.rows': note('待确认事件数', 'events that are not acknowledged yet'),
    'outbox.oldestMs': note('最旧一条已等待', 'how long the oldest has waited'),
    'sys.cpuPct': note('处理器占用', 'processor load, per cent'),
    'sys.memFreeMb': note('可用内存', 'free memory, MiB'),
    'sys.diskFreeMb': note('可用磁盘', 'free disk, MiB'),
    'sys.tempC': note('温度', 'temperature, °C'),
  },
  events: {
    from: note('首条事件的序号', 'number of the first event'),
    'events[].seq': note('台账序号，无间断', 'number in the ledger, without a gap: `from` + its place'),
    'events[].j': note('终端日志行号', 'row of the terminal’s journal'),
    'events[].kind': note('事件种类，见事件表', 'kind of event; its further fields: [events](events.md)'),
    'events[].boot': note('发生时的启动编号', 'boot in which it happened'),
    'events[].mono': note('发生时启动后的毫秒数', 'when, in milliseconds since that boot'),
    'events[].wall': note('发生时的终端时钟', 'when, by the terminal’s clock'),
    'chain.prev': note('首条之前的哈希', 'h(`from` − 1)'),
    'chain.head': note('末条的哈希', 'h of the last event'),
  },
  acknowledgement: {
    upTo: note('此号及以前均已保存（missing 除外）', 'everything up to here is committed, save `missing`'),
    'missing[]': note('缺失区间，请立即重发', 'ranges to be sent again at once, both ends included'),
    'quarantined[]': note('隔离区间：原样保存、不计数、勿重发', 'ranges kept raw, not counted, not to be sent again'),
    srv: note('服务器时间', 'the server’s time'),
    checkpoint: note('最新审计检查点', 'newest audit checkpoint'),
  },
  twinReport: {
    ver: note('报告版本', 'version of this report'),
    appliedDesiredVer: note('已应用的期望版本', 'version of the desired settings it has applied'),
    reported: note('现状', 'the settings as they are'),
    'errors[].path': note('未能应用的设置', 'a setting that could not be applied'),
    'errors[].code': note('原因代码', 'why not'),
    get: note('请求完整文档', '`true`: send me the whole document'),
  },
  twinDesired: {
    ver: note('期望版本', 'version of the desired settings'),
    baseVer: note('基础版本；0 为完整文档', 'version it is a change to; 0: the whole document'),
    desiredDelta: note('变更；null 为删除', 'what changes; `null` removes'),
  },
  job: {
    'window.from': note('窗口开始', 'its window begins'),
    'window.to': note('窗口结束', 'its window ends'),
    'window.tz': note('时区', 'time zone of both'),
  },
  jobWanted: { want: note('索取全部未完成任务', 'every open job') },
  jobReport: {
    'progress.phase': note('阶段', 'phase'),
    'progress.pct': note('百分比', 'per cent'),
  },
  command: {
    counter: note('逐终端递增，可有间隔', 'rises for each terminal; gaps are allowed'),
    class: note('类别', 'class: A reads, B can be undone, C lasts, D moves something'),
    emergency: note('紧急', 'may break into a citizen’s session'),
    workOrder: note('工单', 'work order'),
    approvedBy: note('D 类批准人', 'class D: who approved it'),
    'approval.key': note('批准人密钥', 'the approver’s key'),
    'approval.alg': note('批准签名算法', 'its algorithm'),
    'approval.value': note('批准签名', 'the approver’s signature over the same bytes'),
  },
  commandReport: { result: note('结果，不超过 2 KB', 'what came of it, at most 2 KB') },
  leaving: { reason: note('离线原因', 'why it goes') },
  serverState: {
    online: note('false 为服务器遗嘱', '`false`: the server is gone'),
    serverEpoch: note('服务器纪元，每次恢复加一', 'rises by one when the server was restored from a backup'),
    at: note('服务器时间', 'the server’s time'),
    hbEverySec: note('心跳间隔范围（秒）', 'shortest and longest time between beats, seconds'),
    reconnectSpreadSec: note('首次重连的随机范围（秒）', 'the first return is spread over so many seconds'),
    slowdown: note('降速等级', 'slow down: 1 beats ×2, linger 1 s; 2 ×4, 5 s; 3 no beats, 30 s'),
  },
};
