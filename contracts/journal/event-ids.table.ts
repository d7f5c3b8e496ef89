import { z } from 'zod';
import { operationIdSchema, sessionIdSchema } from '../base/ids.ts';
import { outcomeSchema } from '../device/operation.ts';
import { deviceStateSchema, mediaStateSchema } from '../device/status.ts';

/** The catalogue of everything a terminal ever records. Fields are an allow-list: a field that is not here cannot be
 *  journaled, so personal data cannot get in by accident. `forFleet` kinds get a second number `seq` and travel to
 *  the fleet (fleet contract §2.4). Types and the auditor's reference are generated from this table. */
const int = z.int().min(0);
const code = z.string().regex(/^[A-Za-z0-9._-]{1,48}$/);
const hash = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const text = z
  .string()
  .max(200)
  .regex(/^[^\u0000-\u001f\u007f]*$/u);
const id = z.string().regex(/^[A-Za-z0-9_-]{8,40}$/);

export const stopStateSchema = z.enum([
  'approval-pending',
  'paid-not-produced',
  'produced-not-taken',
  'card-held',
  'unknown',
]);
export type StopState = z.infer<typeof stopStateSchema>;
export const serviceOutcomeSchema = z.enum(['done', 'refused', 'stopped', 'abandoned']);
export type ServiceOutcome = z.infer<typeof serviceOutcomeSchema>;
export const stepRecordSchema = z.object({
  step: code,
  outcome: z.enum(['done', 'notDone', 'unknown', 'skipped']),
  ms: int,
});

const serviceResultFields = {
  sessionId: sessionIdSchema,
  service: code,
  release: int,
  outcome: serviceOutcomeSchema,
  reason: code.nullable(),
  stop: stopStateSchema.nullable(),
  amountFen: int,
  chargedFen: int,
  refundedFen: int,
  produced: int,
  handedOver: int,
  steps: z.array(stepRecordSchema).max(64),
  receiptId: z.string().max(20),
  incident: text.nullable(),
};

interface EventRow {
  readonly group: 'terminal' | 'session' | 'service' | 'operation' | 'money' | 'goods' | 'device' | 'staff' | 'fleet';
  readonly meaning: { readonly zh: string; readonly en: string };
  readonly fields: z.ZodObject;
  /** Kept on the terminal at least this long after the fleet has it, in days. */
  readonly retentionDays: number;
  readonly forFleet: boolean;
}

const row = <F extends z.ZodRawShape>(
  group: EventRow['group'],
  zh: string,
  en: string,
  forFleet: boolean,
  fields: F,
  retentionDays = 30,
): {
  group: EventRow['group'];
  meaning: { zh: string; en: string };
  fields: z.ZodObject<F, z.core.$strict>;
  retentionDays: number;
  forFleet: boolean;
} => ({
  group,
  meaning: { zh, en },
  fields: z.strictObject(fields),
  retentionDays,
  forFleet,
});

export const EVENTS = {
  'epoch-opened': row('terminal', '台账纪元开始', 'a ledger epoch begins', true, {
    epoch: int,
    prevEpoch: int.nullable(),
    prevHead: hash.nullable(),
    reason: code,
  }),
  booted: row('terminal', '终端启动', 'the terminal started', true, { reason: code }),
  /** The journal was found damaged when core started: cut after `keptJ`, the damaged file put aside under `file`. */
  'journal-damaged': row('terminal', '日志损坏', 'the journal was damaged and cut after its last good row', true, {
    /** The first row that cannot be trusted; 0: the file's own structure. */
    row: int,
    fault: code,
    keptJ: int,
    /** Last number of the earlier epoch that is kept; the fleet may have more. */
    keptSeq: int,
    /** Rows after the cut, as far as anybody knows, and how many of them still prove themselves. */
    lost: int,
    proved: int,
    /** When the last good row was written; null: none is left. */
    since: int.nullable(),
    file: code.nullable(),
  }),
  /** `hung`: it gave no sign of life, was killed and started again. Else while nobody was served: `nightly`, `grown` (its
   *  memory), `journal` (damage that the next start cuts). */
  'process-restarted': row('terminal', '进程重启', 'a process of the terminal was started again', true, {
    process: z.enum(['core', 'deviceHost', 'session']),
    why: z.enum(['hung', 'nightly', 'grown', 'journal']),
    rssMb: int.nullable(),
  }),
  'clock-jumped': row('terminal', '时钟跳变', 'the wall clock jumped', true, { before: int, after: int }),
  power: row('terminal', '电源状态', 'power state', true, { state: z.enum(['mains', 'battery', 'low']) }),
  'session-started': row('session', '市民会话开始', 'a citizen began', true, {
    sessionId: sessionIdSchema,
    lang: code,
    mode: code,
  }),
  'session-ended': row('session', '市民会话结束', 'a citizen’s session ended', true, {
    sessionId: sessionIdSchema,
    how: z.enum(['finished', 'timeout', 'cancelled', 'killed']),
    ms: int,
    journal: z.object({ from: int, to: int, head: hash }),
  }),
  'service-started': row('service', '业务开始', 'a service began', true, {
    sessionId: sessionIdSchema,
    service: code,
    release: int,
  }),
  'service-result': row('service', '业务结果', 'a service ended', true, serviceResultFields),
  'service-corrected': row('service', '业务结果更正', 'a service result was corrected', true, {
    of: int,
    by: z.enum(['session', 'gateway', 'staff']),
    outcome: serviceOutcomeSchema.optional(),
    stop: stopStateSchema.nullable().optional(),
    chargedFen: int.optional(),
    refundedFen: int.optional(),
    produced: int.optional(),
    handedOver: int.optional(),
  }),
  'money-moved': row('money', '资金变动', 'money moved', true, {
    operationId: operationIdSchema,
    sessionId: sessionIdSchema,
    direction: z.enum(['charge', 'refund']),
    channel: code,
    amountFen: int,
    outcome: outcomeSchema,
  }),
  /** Money that is with us without its purpose being met. Opened with the payment's outcome, closed by goods, refund, or
   *  the office's posting (services contract §5). */
  compensation: row('money', '补偿记录', 'a compensation record was opened or closed', true, {
    sessionId: sessionIdSchema,
    caseRef: id,
    amountFen: int,
    state: z.enum(['opened', 'closed']),
    why: code,
  }),
  'goods-moved': row('goods', '证件变动', 'a card or document moved', true, {
    operationId: operationIdSchema,
    sessionId: sessionIdSchema.optional(),
    item: z.enum(['card', 'booklet', 'document', 'licence', 'sheet']),
    from: code,
    to: code,
    outcome: outcomeSchema,
  }),
  'operation-unknown': row('operation', '操作结果不明', 'an effect cannot be proved yet', true, {
    operationId: operationIdSchema,
    step: code,
    module: code,
  }),
  'operation-resolved': row('operation', '操作结果查明', 'an unknown effect was settled', true, {
    operationId: operationIdSchema,
    outcome: outcomeSchema,
    evidence: text,
    by: z.enum(['device', 'sensor', 'gateway', 'staff', 'session']),
  }),
  incident: row('service', '事件编号', 'an incident number was given or closed', true, {
    number: text,
    state: z.enum(['opened', 'closed']),
    stop: stopStateSchema,
  }),
  'device-status': row('device', '设备状态变化', 'a device changed its state', true, {
    module: code,
    state: deviceStateSchema,
    fault: code.nullable(),
    media: mediaStateSchema.nullable(),
    lost: z.array(code).max(32),
  }),
  'supply-level': row('device', '耗材余量', 'a supply changed', true, {
    unit: code,
    count: int,
    capacity: int,
    source: z.enum(['counted', 'sensor', 'staff']),
    cause: z.enum(['used', 'refilled', 'counted']),
  }),
  'supply-warning': row('device', '余量预警', 'a stack or bin reached a warning level, or is well again', true, {
    unit: code,
    state: z.enum(['ok', 'high', 'full', 'low', 'empty']),
    count: int,
    capacity: int,
  }),
  door: row('device', '机柜门', 'a cabinet door', true, {
    door: code,
    state: z.enum(['open', 'closed']),
    tamper: z.boolean(),
    workOrder: id.nullable(),
  }),
  'hall-door': row('device', '大厅门禁', 'the hall’s door', true, { door: code, result: z.enum(['opened', 'denied']) }),
  'staff-action': row('staff', '工作人员操作', 'staff acted at the machine', true, {
    who: hash,
    action: code,
    workOrder: id.nullable(),
    before: text.nullable(),
    after: text.nullable(),
  }),
  'supervisor-mode': row('staff', '维护模式', 'supervisor mode was asked for, entered, being left, or over', true, {
    state: z.enum(['enterPending', 'active', 'exitPending', 'inactive']),
    /** Null: nobody was signed in any more (core was restarted). */
    who: hash.nullable(),
    level: z.enum(['basic', 'intermediate', 'full']).nullable(),
    workOrder: id.nullable(),
    why: code,
  }),
  'staff-sign-in': row('staff', '工作人员登录', 'staff signed in at the machine, or were refused', true, {
    outcome: z.enum(['accepted', 'refused', 'locked']),
    method: z.enum(['card-pin', 'challenge']),
    /** Null: nobody can be named. */
    who: hash.nullable(),
    level: z.enum(['basic', 'intermediate', 'full']).nullable(),
    why: code,
  }),
  'exchange-started': row('staff', '补充清点开始', 'staff opened the units of a device', true, {
    module: code,
    device: code,
    who: hash,
    workOrder: id.nullable(),
  }),
  /** One unit as it was found (`counted` against `expected`) and as it was left (`after`). */
  'exchange-counted': row('staff', '清点结果', 'staff counted a unit at an exchange', true, {
    module: code,
    unit: code,
    expected: int,
    /** What the journal makes of it since the last exchange; null where it cannot. */
    journaled: z.int().nullable(),
    counted: int,
    variance: z.int(),
    after: int,
    /** Serial numbers that are not there any more, where it is known which; null where not, or none is missing. */
    missing: text.nullable(),
    who: hash,
    /** A second person who has seen it; null with a variance: it is open. */
    acceptedBy: hash.nullable(),
    workOrder: id.nullable(),
  }),
  'exchange-ended': row('staff', '补充清点结束', 'the exchange of a device is over', true, {
    module: code,
    device: code,
    who: hash,
    workOrder: id.nullable(),
    /** `counted`: with new counts; `uncounted`: the device had ended it by itself, every count is what it was. */
    outcome: z.enum(['counted', 'uncounted']),
  }),
  'variance-accepted': row('staff', '差异确认', 'another person, or the fleet, accepted a counted difference', true, {
    of: int,
    module: code,
    unit: code,
    variance: z.int(),
    /** Null: the fleet did; who and why stands in its own record under `decision`. */
    who: hash.nullable(),
    decision: id.optional(),
    workOrder: id.nullable(),
  }),
  'device-tested': row('staff', '设备测试（非业务）', 'staff tested a device; no customer was served', true, {
    module: code,
    test: code,
    operationId: operationIdSchema.nullable(),
    outcome: outcomeSchema,
    fault: code.nullable(),
    customer: z.literal(false),
    who: hash,
    workOrder: id.nullable(),
  }),
  'command-ended': row('fleet', '命令结束', 'a fleet command ended', true, { id, state: code, code: code.nullable() }),
  'job-progress': row('fleet', '任务进度', 'a fleet job moved on', true, { id, phase: code, state: code }),
  /** Written at each start: every row until the next `release-activated` is of these releases. */
  'releases-in-force': row('fleet', '在用业务版本', 'which release of each service is in force, and which wait', true, {
    releases: z.array(z.object({ service: code, release: int })).max(64),
    waiting: z.array(z.object({ service: code, release: int })).max(64),
  }),
  'release-staged': row('fleet', '业务版本待启用', 'a release was verified and waits until nobody is served', true, {
    service: code,
    release: int,
    digest: hash,
    /** Null: the service is new here. */
    inForce: int.nullable(),
  }),
  'release-activated': row('fleet', '业务版本启用', 'a release came into force', true, {
    service: code,
    release: int,
    digest: hash,
    before: int.nullable(),
  }),
  'release-refused': row('fleet', '业务版本被拒', 'a release was refused; what was in force stays', true, {
    service: code,
    release: int.nullable(),
    /** `unreadable`, `invalid` (seal, schema or a rule), `older`, `same-number` with other content. */
    why: code,
    detail: text,
  }),
  /** Written at each start while it is so: the release that should serve cannot be used. */
  'release-fell-back': row(
    'fleet',
    '业务版本退回',
    'a release cannot be used; the one before it serves, or none',
    true,
    {
      service: code,
      /** What should serve; null: it never said its number. */
      release: int.nullable(),
      /** What serves instead; null: the service is off. */
      to: int.nullable(),
    },
  ),
  'settings-applied': row('fleet', '设置生效', 'desired settings were applied', true, { ver: int }),
  'day-closed': row('fleet', '日结', 'a day was closed', true, {
    day: z.iso.date(),
    fromSeq: int,
    toSeq: int,
    counts: z
      .array(z.object({ service: code, outcome: serviceOutcomeSchema, n: int, chargedFen: int, refundedFen: int }))
      .max(128),
    head: hash,
    sig: z.string().max(200),
  }),
  unreadable: row('fleet', '无法读取的行', 'a row the fleet could not read', true, { h: hash }),

  // Rows that stay on the terminal.
  'operation-intended': row(
    'operation',
    '操作意图',
    'an effect is about to be asked for (synced before the command)',
    false,
    {
      operationId: operationIdSchema,
      sessionId: sessionIdSchema.nullable(),
      step: code,
      target: code,
      verb: code,
      retryOf: operationIdSchema.nullable(),
    },
  ),
  'operation-ended': row('operation', '操作结束', 'an effect ended', false, {
    operationId: operationIdSchema,
    sessionId: sessionIdSchema.nullable(),
    step: code,
    target: code,
    verb: code,
    outcome: outcomeSchema,
    fault: code.nullable(),
    evidence: text,
    ms: int,
  }),
  'step-started': row('session', '步骤开始', 'a step began', false, { sessionId: sessionIdSchema, step: code }),
  'step-ended': row('session', '步骤结束', 'a step ended', false, {
    sessionId: sessionIdSchema,
    step: code,
    outcome: z.enum(['done', 'notDone', 'unknown', 'skipped']),
    ms: int,
    code: code.nullable(),
  }),
  'case-opened': row('service', '业务受理号', 'the office opened a case (random reference)', false, {
    sessionId: sessionIdSchema,
    service: code,
    caseRef: id,
    receiptId: z.string().max(20),
    policyRows: z.array(code).max(16),
    amountFen: int,
  }),
  'case-closed': row('service', '业务受理结束', 'a case needs nothing further from this terminal', false, {
    caseRef: id,
    state: code,
  }),
  'bill-opened': row('money', '账单', 'a bill was made (random reference)', false, {
    sessionId: sessionIdSchema,
    caseRef: id,
    billRef: id,
    amountFen: int,
  }),
  'screen-shown': row('session', '屏幕显示', 'a screen that matters in a dispute was shown', false, {
    sessionId: sessionIdSchema,
    view: code,
    version: int,
  }),
  'consent-given': row('session', '授权', 'a consent was given or declined', false, {
    sessionId: sessionIdSchema,
    consent: code,
    version: int,
    given: z.boolean(),
  }),
  'rating-given': row('service', '评价', 'the citizen rated the service', false, {
    sessionId: sessionIdSchema,
    service: code,
    stars: z.int().min(1).max(5),
  }),
  'policy-applied': row('service', '适用规则', 'policy rows that decided', false, {
    sessionId: sessionIdSchema,
    rule: code,
    row: code,
    result: code,
  }),
  'device-inspected': row('device', '设备检查', 'a device was looked at before service', false, {
    module: code,
    state: deviceStateSchema,
    media: mediaStateSchema.nullable(),
    found: code.nullable(),
  }),
  'recovery-step': row('device', '恢复阶梯', 'a step of the recovery ladder', false, {
    module: code,
    rung: code,
    outcome: code,
  }),
  'device-pinned': row('device', '设备身份登记', 'who a device is was pinned; another one is refused', false, {
    device: code,
    driver: code,
    serial: text,
    by: z.enum(['firstSight', 'configuration', 'staff']),
  }),
  'device-held': row('device', '设备停用', 'core keeps a device out of use, or lets it back', false, {
    module: code,
    why: z.enum(['flapping', 'ladder', 'fraud']),
    state: z.enum(['begun', 'ended']),
    number: text.nullable(),
  }),
  'lease-granted': row('device', '设备使用权', 'a lease was granted', false, {
    module: code,
    owner: code,
    ownerId: id,
  }),
  'process-ended': row('terminal', '进程结束', 'a process of the terminal ended', false, { process: code, how: code }),
  'link-state': row('fleet', '联网状态', 'the fleet link changed', false, {
    state: z.enum(['up', 'down']),
    linkSession: int,
  }),
} as const satisfies Record<string, EventRow>;

export type EventKind = keyof typeof EVENTS;
export type EventFields<K extends EventKind> = z.output<(typeof EVENTS)[K]['fields']>;
/** An event before the journal numbers it. */
export type JournalEvent = { [K in EventKind]: { readonly kind: K; readonly fields: EventFields<K> } }[EventKind];

export const FLEET_KINDS: readonly EventKind[] = (Object.keys(EVENTS) as EventKind[]).filter(
  (kind) => EVENTS[kind].forFleet,
);

export function isEventKind(kind: string): kind is EventKind {
  return Object.hasOwn(EVENTS, kind);
}
