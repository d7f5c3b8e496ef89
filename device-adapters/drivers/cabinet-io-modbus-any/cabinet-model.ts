import { err, ok, type Result } from '@yimen/contracts/base';
import { z } from 'zod';
import { CABINET_LIMITS } from './limits.table.ts';

const name = z
  .string()
  .regex(
    /^[a-z][a-zA-Z0-9]{0,30}$/,
    'expected a name like "front": a small letter, then letters and digits, 31 in all',
  );
const word = z.int().min(0).max(65_535);
const place = {
  name,
  /** Counts from 0, as it goes over the line; manuals often count from 1, or from 10001, 30001, 40001. */
  address: word,
  /** Another unit of the same bus than the driver's. */
  unit: z.int().min(1).max(247).optional(),
};
const polarity = z.enum(['normal', 'inverted']).default('normal');
const anyRead = z.literal([1, 2, 3, 4]);
const registerRead = z.literal([3, 4]);
const bit = z.int().min(0).max(15);

/** What one bit says: 1 means what the kind says, with `inverted` 0 does. `bit` with registers only. */
const contact = { ...place, function: anyRead, bit: bit.optional(), polarity };
/** Raw values that say "not known". */
const unknown = z.array(word).max(8).default([]);
const output = { ...place, function: z.literal(1), polarity };
const register = { ...place, function: z.literal(3) };

const rowSchema = z.discriminatedUnion('kind', [
  /** closed */
  z.strictObject({ kind: z.literal('doorContact'), ...contact }),
  /** The bolt is thrown, seen by the lock itself; `name` is the door's. */
  z.strictObject({ kind: z.literal('lockContact'), ...contact }),
  /** Nothing is wrong. */
  z.strictObject({ kind: z.literal('tamperContact'), ...contact }),
  /** The board has latched this tamper contact; kept over power-off. */
  z.strictObject({ kind: z.literal('tamperLatch'), ...contact, function: registerRead, bit }),
  /** The key stands there. */
  z.strictObject({ kind: z.literal('keySwitch'), ...contact, name: z.enum(['maintenance', 'supervisor']) }),
  /** pressed */
  z.strictObject({ kind: z.literal('callButton'), ...contact }),
  /** Mains are there; battery nearly empty; charging after an outage; the board hears the UPS. */
  z.strictObject({ kind: z.literal('upsContact'), ...contact, name: z.enum(['mains', 'low', 'recovering', 'heard']) }),
  /** Percent, minutes. */
  z.strictObject({
    kind: z.literal('upsValue'),
    ...place,
    name: z.enum(['charge', 'minutes']),
    function: registerRead,
    scale: z.number().positive().default(1),
    unknown,
  }),
  /** Signed; `scale` gives degrees Celsius. */
  z.strictObject({
    kind: z.literal('temperature'),
    ...place,
    function: registerRead,
    scale: z.number().positive().default(1),
    unknown,
    lowC: z.number(),
    highC: z.number(),
  }),
  /** A bit written 1 here clears the latch of that name. */
  z.strictObject({ kind: z.literal('tamperClear'), ...register, bit }),
  z.strictObject({ kind: z.literal('lockOutput'), ...output }),
  z.strictObject({
    kind: z.literal('lockRegister'),
    ...register,
    values: z.strictObject({ locked: word, unlocked: word }),
  }),
  z.strictObject({ kind: z.literal('lightOutput'), ...output }),
  z.strictObject({
    kind: z.literal('lightRegister'),
    ...register,
    /** A light that cannot flash leaves the words out. */
    values: z.strictObject({ off: word, on: word, slowFlash: word.optional(), quickFlash: word.optional() }),
  }),
  /** Must read `value`, or it is another board. */
  z.strictObject({ kind: z.literal('mark'), ...place, function: registerRead, value: word }),
  /** High byte . low byte. */
  z.strictObject({ kind: z.literal('firmware'), ...place, function: registerRead }),
  /** ASCII, two characters a register, filled with 00. */
  z.strictObject({ kind: z.literal('serial'), ...place, function: registerRead, registers: z.int().min(1).max(30) }),
]);
export type CabinetRow = z.output<typeof rowSchema>;
export type RowKind = CabinetRow['kind'];
export type RowOf<K extends RowKind> = Extract<CabinetRow, { kind: K }>;

const modelSchema = z
  .strictObject({
    model: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'expected small letters, digits and hyphens'),
    /** Addresses between two rows that may be read along, so that one request does. Boards refuse what they do not have. */
    readGap: z.int().min(0).max(32).default(0),
    /** What the UPS lasts at the least once it says `low`; null: it promises nothing. */
    lowMinutes: z.number().min(0).max(600).nullable().default(CABINET_LIMITS.lowMinutes),
    rows: z.array(rowSchema).min(1).max(CABINET_LIMITS.modelRows),
  })
  .superRefine((model, context) => {
    for (const [at, row] of model.rows.entries()) {
      const wrong = wrongRow(model.rows, row, at);
      if (wrong !== undefined) context.addIssue({ code: 'custom', path: ['rows', at, wrong[0]], message: wrong[1] });
    }
  });
export type CabinetModel = z.output<typeof modelSchema>;
export type CabinetModelText = z.input<typeof modelSchema>;

/** Checks a model of the table or of a file.
 *  @returns the error names the field: `rows.3.address: …`. */
export function checkedModel(value: unknown): Result<CabinetModel, string> {
  const parsed = modelSchema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  const issue = parsed.error.issues[0];
  return err(`${issue?.path.map(String).join('.') || 'the whole'}: ${issue?.message ?? 'invalid'}`);
}

export function rowsOf<K extends RowKind>(model: CabinetModel, ...kinds: readonly K[]): readonly RowOf<K>[] {
  return model.rows.filter((row): row is RowOf<K> => (kinds as readonly RowKind[]).includes(row.kind));
}

/** What zod cannot say: rows against each other. */
function wrongRow(
  rows: readonly CabinetRow[],
  row: CabinetRow,
  at: number,
): readonly [field: string, message: string] | undefined {
  const has = (kind: RowKind, of: string): boolean => rows.some((other) => other.kind === kind && other.name === of);
  if (rows.findIndex((other) => groupOf(other) === groupOf(row) && other.name === row.name) !== at)
    return ['name', `"${row.name}" is there twice`];
  if ('polarity' in row) {
    const isRegister = row.function > 2;
    const hasBit = 'bit' in row && row.bit !== undefined;
    if (isRegister && !hasBit) return ['bit', 'expected with functions 3 and 4: which bit of the register'];
    if (!isRegister && hasBit) return ['bit', 'not with functions 1 and 2: there the address is the bit'];
  }
  if ((row.kind === 'lockContact' || groupOf(row) === 'lock') && !has('doorContact', row.name))
    return ['name', `no doorContact "${row.name}"`];
  if (row.kind === 'tamperClear' && !has('tamperLatch', row.name)) return ['name', `no tamperLatch "${row.name}"`];
  if (row.kind === 'temperature' && row.lowC >= row.highC) return ['highC', 'expected above lowC'];
  if ('values' in row) {
    const values = Object.values(row.values);
    if (new Set(values).size !== values.length) return ['values', 'two words with one value cannot be told apart'];
  }
  return undefined;
}

/** Within a group a name is there once. */
function groupOf({ kind }: CabinetRow): string {
  if (kind === 'lightOutput' || kind === 'lightRegister') return 'light';
  return kind === 'lockOutput' || kind === 'lockRegister' ? 'lock' : kind;
}
