import { z } from 'zod';
import { deviceStateSchema, mediaStateSchema, unitSchema } from '../device/status.ts';

/** Staff at the machine: who they are (the credential list that core reads), and the console's bridge, which has nothing
 *  to do with the citizen's. */
const code = z.string().regex(/^[A-Za-z0-9._-]{1,60}$/);
/** Keyed hash of a person or a card: no name, no number. */
export const staffHashSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const workOrderSchema = z.string().regex(/^[A-Za-z0-9_-]{8,40}$/);

export const STAFF_LEVELS = ['basic', 'intermediate', 'full'] as const;
export const staffLevelSchema = z.enum(STAFF_LEVELS);
export type StaffLevel = z.infer<typeof staffLevelSchema>;

/** Cards are decimal numbers, PINs six digits. */
export const staffCardSchema = z.string().regex(/^[0-9]{8,20}$/);
export const staffPinSchema = z.string().regex(/^[0-9]{6}$/);

/** One person's PIN, as scrypt leaves it (RFC 7914). `log2N` is bounded so that a wrong file cannot stop the machine. */
export const staffPinHashSchema = z.strictObject({
  salt: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
  log2N: z.int().min(10).max(17),
  r: z.int().min(1).max(16),
  p: z.int().min(1).max(4),
  hash: staffHashSchema,
});

export const staffCredentialSchema = z.strictObject({
  who: staffHashSchema,
  level: staffLevelSchema,
  /** HMAC-SHA-256 of the card's number with the list's `cardKey`. */
  card: staffHashSchema,
  pin: staffPinHashSchema,
  /** Ed25519 public key (RFC 8032), 32 bytes base64url, for answers to a challenge. */
  key: staffHashSchema,
  /** Wall milliseconds; from is included, to is not. */
  validFrom: z.int().min(0),
  validTo: z.int().min(0),
});
export type StaffCredential = z.infer<typeof staffCredentialSchema>;

/** Everybody who may sign in at this terminal. A file of the terminal, so that signing in needs no network. */
export const staffListSchema = z.strictObject({
  version: z.literal(1),
  cardKey: staffHashSchema,
  staff: z.array(staffCredentialSchema).max(500),
});
export type StaffList = z.infer<typeof staffListSchema>;

/** Where the key switch of the cabinet stands; `unknown`: the cabinet does not say. */
export const keySwitchSchema = z.enum(['run', 'maintenance', 'supervisor', 'unknown']);
export type KeySwitch = z.infer<typeof keySwitchSchema>;

/** Supervisor mode (XFS4IoT VendorMode's words). */
export const SUPERVISOR_MODES = ['inactive', 'enterPending', 'active', 'exitPending'] as const;
export const supervisorModeSchema = z.enum(SUPERVISOR_MODES);
export type SupervisorMode = z.infer<typeof supervisorModeSchema>;

const device = z.string().max(60);
const unitName = z.string().max(40);
const count = z.int().min(0).max(100_000);
const serialSchema = z.string().regex(/^[A-Z0-9]{4,24}$/);
/** Serial numbers in a row: `first`, then one more each. A stack is told from the first that comes out to the last. */
export const serialRangeSchema = z.strictObject({ first: serialSchema, count: z.int().min(1).max(2000) });
export type SerialRange = z.infer<typeof serialRangeSchema>;

const cardPin = { card: staffCardSchema, pin: staffPinSchema };
/** What was counted in one unit: what lay there when it was opened, and what lies there now. */
export const countedByHandSchema = z.strictObject({
  counted: count,
  after: count,
  /** For units whose pieces carry a number: all of `after`. */
  serials: z.array(serialRangeSchema).max(64).optional(),
});
export type CountedByHand = z.infer<typeof countedByHandSchema>;

/** What a person at the console wants. Nothing here comes from a citizen's page. */
export const staffWishSchema = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('signIn'), ...cardPin, workOrder: workOrderSchema.nullable() }),
  z.strictObject({ act: z.literal('challenge'), level: staffLevelSchema }),
  z.strictObject({ act: z.literal('answer'), code: z.string().max(200), workOrder: workOrderSchema.nullable() }),
  z.strictObject({ act: z.literal('signOut') }),
  z.strictObject({ act: z.literal('extend') }),
  z.strictObject({ act: z.literal('openExchange'), device }),
  z.strictObject({
    act: z.literal('closeExchange'),
    device,
    units: z.record(unitName, countedByHandSchema),
    /** A second person who has seen the counts; without, a difference stays open. */
    second: z.strictObject(cardPin).nullable(),
  }),
  /** The difference in that row of the journal is accepted by whoever is signed in, who is not the one who counted. */
  z.strictObject({ act: z.literal('acceptVariance'), j: z.int().min(1) }),
  /** `checked`: the holder has shown who they are. */
  z.strictObject({ act: z.literal('handOut'), incident: z.string().max(20), checked: z.literal(true) }),
  z.strictObject({ act: z.literal('status'), device }),
  z.strictObject({ act: z.literal('selfTest'), device }),
  z.strictObject({ act: z.literal('testPrint'), device }),
  z.strictObject({ act: z.literal('reset'), device, to: z.enum(['exit', 'retain', 'stay']) }),
  z.strictObject({ act: z.literal('releaseFraud'), device }),
  z.strictObject({ act: z.literal('acceptIdentity'), device }),
  /** The touch screen was tested and works. */
  z.strictObject({ act: z.literal('clearTouch') }),
]);
export type StaffWish = z.infer<typeof staffWishSchema>;
export type StaffAct = StaffWish['act'];

const consoleUnitSchema = unitSchema
  .pick({ type: true, capacity: true, count: true, status: true, replenishment: true })
  .extend({ name: unitName });
export type ConsoleUnit = z.infer<typeof consoleUnitSchema>;

const consoleDeviceSchema = z.object({
  device,
  kind: z.string().max(40),
  state: deviceStateSchema,
  isStale: z.boolean(),
  fault: code.nullable(),
  media: mediaStateSchema.nullable(),
  units: z.array(consoleUnitSchema).max(16),
  canExchange: z.boolean(),
  /** Incident numbers under which core keeps it out of use. */
  fraud: z.string().max(20).nullable(),
  outOfService: z.string().max(20).nullable(),
  /** Another device than the pinned one answers, or it is wrongly set up. */
  isRefused: z.boolean(),
});
export type ConsoleDevice = z.infer<typeof consoleDeviceSchema>;

/** An exchange that is open: what should lie in each unit, as it was when the device was unlocked. */
const openExchangeSchema = z.object({
  device,
  sinceWallMs: z.int(),
  units: z
    .array(
      z.object({
        name: unitName,
        type: unitSchema.shape.type,
        capacity: count,
        expected: count,
        /** What the journal makes of it, where it can: Σ of what was moved there since the last exchange. */
        journaled: z.int().nullable(),
        /** Null: its pieces carry no numbers. */
        serials: z.array(serialRangeSchema).max(64).nullable(),
      }),
    )
    .max(16),
});
export type OpenExchange = z.infer<typeof openExchangeSchema>;

/** Something that waits for its holder. `place`: a bin, or `custody` when staff took it out of one. */
const heldThingSchema = z.object({
  incident: z.string().max(20),
  stop: code,
  item: code,
  module: code,
  place: code,
  /** The device that has to be open to reach it; null when staff have it already. */
  device: device.nullable(),
  sinceWallMs: z.int(),
});
export type HeldThing = z.infer<typeof heldThingSchema>;

/** A difference that nobody has accepted yet. */
const openVarianceSchema = z.object({
  j: z.int(),
  module: code,
  unit: code,
  expected: count,
  counted: count,
  variance: z.int(),
  who: staffHashSchema,
  sinceWallMs: z.int(),
});
export type OpenVariance = z.infer<typeof openVarianceSchema>;

/** Everything the console draws. Before somebody is signed in the lists are empty: the key alone shows nothing. */
export const consoleStateSchema = z.object({
  terminal: z.object({ tid: z.string().max(32), zh: z.string().max(60), en: z.string().max(60), demo: z.boolean() }),
  key: keySwitchSchema,
  mode: supervisorModeSchema,
  /** A citizen is still there. */
  isCitizenThere: z.boolean(),
  person: z
    .object({
      who: staffHashSchema,
      level: staffLevelSchema,
      leftMs: z.int().min(0),
      isEnding: z.boolean(),
      canExtend: z.boolean(),
      may: z.array(z.string().max(20)).max(32),
    })
    .nullable(),
  /** Signing in is refused for so long. */
  lockedMs: z.int().min(0),
  challenge: z.object({ text: z.string().max(300), leftMs: z.int().min(0) }).nullable(),
  devices: z.array(consoleDeviceSchema).max(32),
  exchanges: z.array(openExchangeSchema).max(16),
  held: z.array(heldThingSchema).max(200),
  variances: z.array(openVarianceSchema).max(200),
  /** The journal was found damaged some time ago and was cut: somebody keeps `file` and goes through the time after
   *  `since`. */
  damage: z
    .object({
      wall: z.int(),
      since: z.int().nullable(),
      row: z.int().min(0),
      lost: z.int().min(0),
      file: z.string().max(100).nullable(),
    })
    .nullable(),
  /** The citizen's touch screen is taken for faulty: it acts by itself, or nobody's touch arrives. */
  touch: z.object({ what: z.enum(['ghost', 'noTouch']), since: z.int() }).nullable(),
  /** An act that still runs. */
  running: z.object({ act: z.string().max(20), device: device.nullable() }).nullable(),
});
export type ConsoleState = z.infer<typeof consoleStateSchema>;

/** Page → core. The first message is `hello` with a token that works once. */
export const fromConsoleSchema = z.discriminatedUnion('m', [
  z.strictObject({ m: z.literal('hello'), v: z.literal(1), token: z.string().max(100) }),
  z.strictObject({ m: z.literal('wish'), n: z.int().min(1), wish: staffWishSchema }),
  z.strictObject({ m: z.literal('pong'), n: z.int() }),
]);
export type FromConsole = z.infer<typeof fromConsoleSchema>;

/** How an act ended. `code`: why not, or what the device said. */
const staffAnswerSchema = z.object({
  act: z.string().max(20),
  isDone: z.boolean(),
  code: code.nullable(),
});
export type StaffAnswer = z.infer<typeof staffAnswerSchema>;

/** Core → page. */
export const toConsoleSchema = z.discriminatedUnion('m', [
  z.object({ m: z.literal('state'), state: consoleStateSchema }),
  z.object({ m: z.literal('answer'), n: z.int(), answer: staffAnswerSchema }),
  z.object({ m: z.literal('ping'), n: z.int() }),
]);
export type ToConsole = z.infer<typeof toConsoleSchema>;

/** What a challenge says, as text for a QR code: for which terminal, from when, for which level. Signed as it stands. */
export const CHALLENGE_PREFIX = 'yimen-staff-1';

/** The number after a serial number: its last run of digits counts up and keeps its width; none left: undefined. */
export function nextSerial(serial: string): string | undefined {
  const digits = /\d+$/u.exec(serial)?.[0];
  if (digits === undefined) return undefined;
  const next = String(BigInt(digits) + 1n).padStart(digits.length, '0');
  return next.length > digits.length ? undefined : serial.slice(0, -digits.length) + next;
}

/** All serial numbers of a row of ranges, in order; undefined: a range runs past the last number. */
export function serialsOf(ranges: readonly SerialRange[]): string[] | undefined {
  const serials: string[] = [];
  for (const { first, count: many } of ranges) {
    let serial: string | undefined = first;
    for (let i = 0; i < many; i += 1) {
      if (serial === undefined) return undefined;
      serials.push(serial);
      serial = nextSerial(serial);
    }
  }
  return serials;
}

/** The shortest row of ranges for serial numbers in order. */
export function rangesOf(serials: readonly string[]): SerialRange[] {
  const ranges: { first: string; count: number; next: string | undefined }[] = [];
  for (const serial of serials) {
    const last = ranges.at(-1);
    if (last !== undefined && last.next === serial) {
      last.count += 1;
      last.next = nextSerial(serial);
    } else ranges.push({ first: serial, count: 1, next: nextSerial(serial) });
  }
  return ranges.map(({ first, count: many }) => ({ first, count: many }));
}
