import type { z } from 'zod';
import { commandReportSchema, commandSchema, jobProgressSchema, jobSchema, jobWantSchema } from './command.ts';
import { FLEET_LIMITS } from './common.ts';
import { evAckSchema, evBatchSchema } from './ledger.ts';
import type { MESSAGE_EXAMPLES } from './message-examples.ts';
import { birthSchema, heartbeatSchema, leavingSchema, lostSchema, serverStateSchema } from './report.ts';
import { UP_QOS } from './topics.ts';
import { twinDesiredSchema, twinReportSchema } from './twin.ts';

/** A kind of message on the wire to the fleet. */
export interface WireMessage {
  readonly name: keyof typeof MESSAGE_EXAMPLES;
  /** Below `yimen/v1/`; `{own}` is `pNN/{tid}`. */
  readonly topic: string;
  readonly from: 'terminal' | 'broker' | 'server';
  readonly qos: 0 | 1;
  readonly retain: boolean;
  /** Of the whole payload. */
  readonly maxBytes: number;
  readonly schema: z.ZodObject;
  readonly meaning: { readonly zh: string; readonly en: string };
}

const { lifeBytes, willBytes, hbBytes, evBytes, ackBytes, twinBytes, jobBytes, jobUpBytes, cmdBytes, stateBytes } =
  FLEET_LIMITS;

const up = { from: 'terminal', retain: false } as const;
const down = { from: 'server', qos: 1, retain: false } as const;

/** Everything that travels between a terminal and the fleet (fleet design §2). The published document is written from it. */
export const WIRE_MESSAGES: readonly WireMessage[] = [
  {
    ...up,
    name: 'birth',
    topic: '{own}/up/life',
    qos: UP_QOS.life,
    retain: true,
    maxBytes: lifeBytes,
    schema: birthSchema,
    meaning: { zh: '终端上线：身份、软件、业务与设备', en: 'the terminal is here: its software, services and devices' },
  },
  {
    ...up,
    name: 'leaving',
    topic: '{own}/up/life',
    qos: UP_QOS.life,
    retain: true,
    maxBytes: lifeBytes,
    schema: leavingSchema,
    meaning: { zh: '终端主动离线，随后断开', en: 'the terminal goes on purpose; DISCONNECT follows' },
  },
  {
    name: 'lost',
    from: 'broker',
    topic: '{own}/up/life',
    qos: UP_QOS.life,
    retain: true,
    maxBytes: willBytes,
    schema: lostSchema,
    meaning: {
      zh: '遗嘱消息：连接中断时由代理发布',
      en: 'the will, handed over in CONNECT; the broker publishes it when the link breaks',
    },
  },
  {
    ...up,
    name: 'heartbeat',
    topic: '{own}/up/hb',
    qos: UP_QOS.hb,
    maxBytes: hbBytes,
    schema: heartbeatSchema,
    meaning: {
      zh: '心跳：现状；按 hbEverySec 随机间隔，状态变化时立即发送',
      en: 'how it stands now: at a random interval within `hbEverySec`, and at once when something changes',
    },
  },
  {
    ...up,
    name: 'events',
    topic: '{own}/up/ev',
    qos: UP_QOS.ev,
    maxBytes: evBytes,
    schema: evBatchSchema,
    meaning: {
      zh: '台账事件批次：1–100 条，每条不超过 4 KB',
      en: 'a batch of the ledger: 1–100 events of at most 4 KB each',
    },
  },
  {
    ...down,
    name: 'acknowledgement',
    topic: '{own}/dn/ev-ack',
    maxBytes: ackBytes,
    schema: evAckSchema,
    meaning: {
      zh: '台账确认：已可靠保存；PUBACK 不代表保存',
      en: 'what is committed; a PUBACK says nothing of the kind',
    },
  },
  {
    ...up,
    name: 'twinReport',
    topic: '{own}/up/twin',
    qos: UP_QOS.twin,
    maxBytes: twinBytes,
    schema: twinReportSchema,
    meaning: { zh: '设置现状（完整）', en: 'the settings as they are, the whole of them' },
  },
  {
    ...down,
    name: 'twinDesired',
    topic: '{own}/dn/twin',
    maxBytes: twinBytes,
    schema: twinDesiredSchema,
    meaning: { zh: '期望设置：与基础版本合并', en: 'the settings as they should be: merged into the base version' },
  },
  {
    ...down,
    name: 'job',
    topic: '{own}/dn/job',
    maxBytes: jobBytes,
    schema: jobSchema,
    meaning: { zh: '签名任务：保存并在窗口内执行', en: 'signed work that is kept and done in its window' },
  },
  {
    ...up,
    name: 'jobWanted',
    topic: '{own}/up/job',
    qos: UP_QOS.job,
    maxBytes: jobUpBytes,
    schema: jobWantSchema,
    meaning: { zh: '索取未完成任务；每次上线后发送', en: 'asks for every open job; sent after each birth' },
  },
  {
    ...up,
    name: 'jobReport',
    topic: '{own}/up/job',
    qos: UP_QOS.job,
    maxBytes: jobUpBytes,
    schema: jobProgressSchema,
    meaning: { zh: '任务进展', en: 'how a job goes' },
  },
  {
    ...down,
    name: 'command',
    topic: '{own}/dn/cmd',
    maxBytes: cmdBytes,
    schema: commandSchema,
    meaning: { zh: '签名命令：十分钟内有效', en: 'a signed command, good for ten minutes at most' },
  },
  {
    ...up,
    name: 'commandReport',
    topic: '{own}/up/cmd',
    qos: UP_QOS.cmd,
    maxBytes: cmdBytes,
    schema: commandReportSchema,
    meaning: {
      zh: '命令现状；最终结果以台账 command-ended 为准',
      en: 'how a command stands; its end is the ledger’s `command-ended`',
    },
  },
  {
    name: 'serverState',
    from: 'server',
    topic: 'srv/state',
    qos: 1,
    retain: true,
    maxBytes: stateBytes,
    schema: serverStateSchema,
    meaning: {
      zh: '服务器状态：时间、心跳节奏、降速',
      en: 'the server: its time, how often to beat, how much to slow down',
    },
  },
];
