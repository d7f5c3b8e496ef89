import { FLEET_LIMITS, FLEET_TIMES } from '@yimen/contracts/fleet';

interface RuleSection {
  readonly title: string;
  readonly lines: readonly string[];
}

const seconds = (ms: number): string => `${ms / 1_000} s`;
const {
  lingerMs,
  ackAgainMs,
  ackAgainMaxMs,
  batchesInFlight,
  sendsBeforeDoubt,
  reconnectMaxMs,
  reconnectSpreadBeforeAnyMs,
} = FLEET_TIMES;

/** What the fields alone do not say (fleet design §2.2–2.5). */
export const FLEET_WIRE_RULES: readonly RuleSection[] = [
  {
    title: '顺序 · Order',
    lines: [
      '1. CONNECT, SUBSCRIBE, SUBACK, birth, then the rest. 先订阅，再上线，然后发送其他报文。',
      '2. `linkSession` is stored on disk and raised before every CONNECT. What carries a lower one than the newest, or a beat whose `n` is not above the last, changes nothing. `linkSession` 每次连接前落盘加一；较小者无效。',
      '3. `t` is stamped when a message is sent, not when it was made. `t` 为发送时刻。',
      `4. A link that ends comes back after a random time within \`reconnectSpreadSec\` (before any was heard: ${seconds(reconnectSpreadBeforeAnyMs)}); after further failures within a range that doubles up to ${seconds(reconnectMaxMs)}. 断线后随机等待再连，失败则范围加倍。`,
    ],
  },
  {
    title: '台账 · The ledger',
    lines: [
      `1. An event is a row of the terminal’s journal. \`seq\` counts within \`epoch\` from 1 without a gap; event 1 is \`epoch-opened\`. At most ${FLEET_LIMITS.eventBytes} B each. 序号在纪元内从 1 起、无间断。`,
      '2. h(0) = SHA-256 of the text `yimen-ledger/{tid}/{epoch}`; h(n) = SHA-256 of the 32 bytes of h(n − 1) followed by event n in its canonical form (RFC 8785). `chain.prev` = h(`from` − 1), `chain.head` = h of the last event. 哈希链按 RFC 8785 规范化后计算。',
      '3. Only `ev-ack` says that an event is stored. A PUBACK does not, DUP means nothing. What is acknowledged is kept for 30 days more. 只有 `ev-ack` 代表已保存；之后仍保留 30 天。',
      '4. The first `ev-ack` after a birth sets the terminal’s place, forward or back (a restored server gets everything again); later ones only forward. `missing` is sent again at once, the lowest first. 上线后的首个确认可前可后，其后只向前。',
      `5. At most ${batchesInFlight} batches wait for their acknowledgement; without one a batch goes again after ${seconds(ackAgainMs)}, doubling to ${seconds(ackAgainMaxMs)}. A batch may wait ${lingerMs} ms for company. 最多 ${batchesInFlight} 批在途。`,
      '6. The server knows an event by (tid, epoch, seq). The same again is acknowledged and not counted; another text under the same number is a fork: the first one stands, an alarm is raised. 相同编号不同内容为分叉，以先到者为准并报警。',
      '7. A terminal whose disk was replaced asks for a new epoch. An epoch that is closed or was never issued is kept aside and not counted. 更换磁盘须启用新纪元。',
    ],
  },
  {
    title: '命令与任务 · Commands and jobs',
    lines: [
      '1. Signed bytes: `yimen-command-1` (jobs: `yimen-job-1`) followed by the canonical form (RFC 8785) of the message without `sig` and `approval`; Ed25519. The examples above are signed with test key 1 of RFC 8032 §7.1. 签名覆盖除 sig、approval 外的规范化报文。',
      '2. The terminal checks everything itself: version, `tid`, type and class, signatures, expiry, that the `id` is new (a known one is answered with its stored state), that `counter` is above the last, arguments, idleness; it journals with a sync before it acts. The first failure is answered `refused` or `expired` with its code. 终端自行逐项校验，先落盘后执行。',
      '3. `done`, `notDone` and `unknown` are the only ends of what was begun; `refused` and `expired` were never begun. The end of a command is the event `command-ended`. 已开始者只有三种结局。',
    ],
  },
  {
    title: '出错时 · When something is wrong',
    lines: [
      '* Another’s topic, a wrong QoS, a retained message elsewhere than `up/life`, an empty payload: the link is closed, the audit notes it. 越权主题：断开并记入审计。',
      '* A subscription that is not listed: SUBACK 0x80; the tenth closes the link. 越权订阅：SUBACK 0x80，第十次断开。',
      '* A certificate that is not on the allow-list, a client id that is not its name, a session that is to outlive the link: CONNACK refuses. 证书不在名单、标识不符：拒绝连接。',
      `* A packet above ${FLEET_LIMITS.packetBytes / 1024} KiB: the link is closed at its header. 超大报文：读到包头即断开。`,
      '* An event that breaks this contract is kept raw under its number and acknowledged as `quarantined`: not counted, not to be sent again, an alarm. A `head` that does not fit does that to the whole batch. 违约事件：隔离保存并报警，勿重发。',
      `* A batch that cannot be read at all is kept raw without an acknowledgement: after ${sendsBeforeDoubt} sends without one, while others are acknowledged, halve the batch until the bad event stands alone, and send \`unreadable\` in its place, with the hash that the chain had there as \`h\`. 无法解析的批次不予确认：${sendsBeforeDoubt} 次后对半拆分，直至坏事件单独成批，再以 \`unreadable\` 代之。`,
      '* The server cannot store: no PUBACK, the link is closed; come again. 服务器无法保存：不予 PUBACK 并断开，稍后重连。',
      '* Unknown kinds of events and unknown fields are kept and understood after an upgrade. Another `v` is quarantined. 未知种类与字段予以保留；未知版本隔离。',
    ],
  },
];
