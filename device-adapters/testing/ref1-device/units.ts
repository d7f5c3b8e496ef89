import { AppError } from '@yimen/contracts/base';
import { z } from 'zod';
import { u8, type DeviceField } from './fields.ts';

/** Values of a unit's `type` and `status` on the wire (README.md of the kinds with units, field 48). */
const TYPE = { dispense: 0, retain: 1, reject: 2, ribbon: 3 } as const;
const STATUS = { ok: 0, inoperative: 1, missing: 2, notConfigured: 3, manipulated: 4 } as const;
/** The longest list of serials that left the machine; only tests and watchers look at it. */
const AWAY_KEPT = 1_000;

/** One unit as the maker built it. */
export interface UnitRow {
  readonly id: number;
  readonly name: string;
  readonly type: keyof typeof TYPE;
  readonly capacity: number;
  /** A stack or ribbon is low from here down, a bin high from here up. */
  readonly threshold: number;
}

/** One serialised piece; `from` is the stack that it was drawn from, 0 when that was counted anew since. */
interface Piece {
  readonly serial: string;
  readonly from: number;
}

const count = z.int().min(0).max(0xffff);
const pieceSchema = z.strictObject({ serial: z.string().max(24), from: z.int().min(0).max(255) });
const unitSchema = z.strictObject({
  id: z.int().min(1).max(255),
  initialCount: count,
  pieces: z.array(pieceSchema).max(1_000),
  /** Pieces without a serial of their own: old licences, prints of a ribbon, what staff only counted. */
  loose: count,
  retainCount: count,
  taken: count,
  rejected: count,
  /** Prints of a ribbon. */
  used: count,
  status: z.enum(['ok', 'inoperative', 'missing', 'notConfigured', 'manipulated']),
  /** What staff say lies there, while that is still to be checked. */
  told: count.nullable(),
});
/** What `Units` looks like in the bench's file. */
export const unitsSchema = z.strictObject({
  isExchange: z.boolean(),
  units: z.array(unitSchema).max(16),
  inside: z.array(pieceSchema).max(16),
  away: z.array(z.strictObject({ serial: z.string().max(24), how: z.enum(['taken', 'staff']) })).max(AWAY_KEPT),
});
type UnitState = z.infer<typeof unitSchema>;

/** One unit as a watcher sees it. */
export interface UnitView extends Omit<UnitState, 'pieces' | 'loose' | 'told'> {
  readonly type: UnitRow['type'];
  readonly capacity: number;
  readonly threshold: number;
  readonly count: number;
  readonly serials: readonly string[];
}

/** Stacks, bins and ribbon of a device, and every serial number in exactly one place: in a unit, inside the machine, or
 *  away. What is counted follows from what is moved, so that it always balances (`initialCount = count + inside + taken +
 *  retained + rejected` of a stack, `count = initialCount + retained` of a bin). Kept over power-off. */
export class Units {
  isExchange = false;
  readonly #rows: readonly UnitRow[];
  readonly #units = new Map<number, UnitState>();
  #inside: Piece[] = [];
  #away: { serial: string; how: 'taken' | 'staff' }[] = [];

  constructor(rows: readonly UnitRow[]) {
    this.#rows = rows;
    for (const { id } of rows) this.#units.set(id, emptyUnit(id));
  }

  serials(id: number): readonly string[] {
    return this.#unit(id).pieces.map(({ serial }) => serial);
  }

  count(id: number): number {
    const { pieces, loose } = this.#unit(id);
    return pieces.length + loose;
  }

  room(id: number): number {
    return Math.max(0, this.#row(id).capacity - this.count(id));
  }

  /** How full a stack or ribbon is. */
  level(id: number): 'full' | 'low' | 'out' {
    if (this.count(id) === 0) return 'out';
    return this.count(id) <= this.#row(id).threshold ? 'low' : 'full';
  }

  status(id: number): UnitState['status'] {
    return this.#unit(id).status;
  }

  /** Whether one more piece may go there: a bin that is full or pulled takes none. */
  takes(id: number): boolean {
    return this.room(id) > 0 && this.status(id) !== 'missing';
  }

  /** What is on its way: drawn from a stack and nowhere yet. */
  get inside(): readonly string[] {
    return this.#inside.map(({ serial }) => serial);
  }

  /** Whether a serial lies anywhere in the machine. */
  holds(serial: string): boolean {
    return this.inside.includes(serial) || this.#rows.some(({ id }) => this.serials(id).includes(serial));
  }

  /** A motor draws one piece out of a stack: the first one, or the one with this serial. */
  draw(id: number, serial?: string): string | undefined {
    const unit = this.#unit(id);
    const piece = serial === undefined ? unit.pieces[0] : unit.pieces.find((candidate) => candidate.serial === serial);
    if (piece === undefined) return undefined;
    unit.pieces = unit.pieces.filter((candidate) => candidate !== piece);
    this.#inside.push({ serial: piece.serial, from: id });
    return piece.serial;
  }

  /** What was inside falls into a bin. */
  drop(serial: string, bin: number): void {
    const piece = this.#settle(serial);
    if (piece === undefined) return;
    const unit = this.#unit(bin);
    unit.pieces.push(piece);
    unit.retainCount += 1;
    const stack = this.#units.get(piece.from);
    if (stack === undefined) return;
    if (this.#row(bin).type === 'reject') stack.rejected += 1;
    else stack.retainCount += 1;
  }

  /** What was inside is in a person's hand. */
  take(serial: string): void {
    const piece = this.#settle(serial);
    if (piece === undefined) return;
    const stack = this.#units.get(piece.from);
    if (stack !== undefined) stack.taken += 1;
    this.#leave([serial], 'taken');
  }

  /** Something without a serial falls into a bin. */
  dropLoose(bin: number): void {
    const unit = this.#unit(bin);
    unit.loose += 1;
    unit.retainCount += 1;
  }

  /** One print of a ribbon. */
  use(id: number): void {
    const unit = this.#unit(id);
    if (unit.loose === 0) return;
    unit.loose -= 1;
    unit.used += 1;
  }

  /** Staff lay more behind the last piece of a stack. */
  lay(id: number, serials: readonly string[]): void {
    const unit = this.#unit(id);
    this.#away = this.#away.filter(({ serial }) => !serials.includes(serial));
    unit.pieces = [...unit.pieces, ...serials.map((serial) => ({ serial, from: id }))];
    unit.initialCount += serials.length;
  }

  /** Staff take everything out. */
  empty(id: number): readonly string[] {
    const serials = this.serials(id);
    this.set(id, 0, []);
    return serials;
  }

  /** Staff counted: from now on this lies there. Serials of pieces that are no longer there are away.
   *  @param serials left out for a unit whose pieces nobody named: as many of what lay there last stay. */
  set(id: number, counted: number, serials?: readonly string[]): void {
    const unit = this.#unit(id);
    const before = this.serials(id);
    const kept = serials ?? before.slice(0, counted);
    this.#leave(
      before.filter((serial) => !kept.includes(serial)),
      'staff',
    );
    this.#away = this.#away.filter(({ serial }) => !kept.includes(serial));
    // What was drawn before belongs to an earlier count.
    this.#inside = this.#inside.map((piece) => (piece.from === id ? { ...piece, from: 0 } : piece));
    const pieces = kept.map((serial) => ({ serial, from: id }));
    this.#units.set(id, {
      ...emptyUnit(id),
      initialCount: counted,
      pieces,
      loose: counted - pieces.length,
      status: unit.status === 'missing' ? 'missing' : 'ok',
    });
  }

  /** What staff say lies there, to be checked later. */
  tell(id: number, counted: number): void {
    this.#unit(id).told = counted;
  }

  /** What staff said, or what lies there when nobody said otherwise. */
  told(id: number): number {
    return this.#unit(id).told ?? this.count(id);
  }

  /** Fills a bin as if nobody had emptied it for long. */
  fill(id: number): void {
    const unit = this.#unit(id);
    const more = this.room(id);
    unit.loose += more;
    unit.initialCount += more;
  }

  fail(id: number): void {
    this.#unit(id).status = 'inoperative';
  }

  pull(id: number): void {
    this.#unit(id).status = 'missing';
  }

  /** A unit comes back; who pulled it outside an exchange may have done anything to it. */
  putBack(id: number): void {
    const unit = this.#unit(id);
    if (unit.status === 'missing') unit.status = this.isExchange ? 'ok' : 'manipulated';
  }

  /** Field 48 of every unit. */
  fields(): readonly DeviceField[] {
    return this.#rows.map(({ id, type, capacity, threshold }) => {
      const { initialCount, retainCount, status } = this.#unit(id);
      const words = [capacity, initialCount, this.told(id), retainCount, threshold];
      const bytes = words.flatMap((word) => [(word >> 8) & 0xff, word & 0xff]);
      return { tag: 0x48, value: Uint8Array.from([id, TYPE[type], ...bytes, STATUS[status]]) };
    });
  }

  /** Field 4A. */
  exchangeField(): DeviceField {
    return u8(0x4a, this.isExchange ? 1 : 0);
  }

  /** Field 4B of one stack, from the first to the last. */
  serialFields(id: number): readonly DeviceField[] {
    return this.serials(id).map((serial) => ({
      tag: 0x4b,
      value: Uint8Array.from([id, ...new TextEncoder().encode(serial)]),
    }));
  }

  /** What a watcher sees, by the units' names. */
  view(): Readonly<Record<string, UnitView>> {
    return Object.fromEntries(
      this.#rows.map((row) => {
        const { pieces: _pieces, loose: _loose, told: _told, ...unit } = this.#unit(row.id);
        const { type, capacity, threshold } = row;
        const counted = { count: this.count(row.id), serials: this.serials(row.id) };
        return [row.name, { ...unit, type, capacity, threshold, ...counted }];
      }),
    );
  }

  save(): z.infer<typeof unitsSchema> {
    return {
      isExchange: this.isExchange,
      units: [...this.#units.values()].map((unit) => ({ ...unit, pieces: [...unit.pieces] })),
      inside: [...this.#inside],
      away: [...this.#away],
    };
  }

  /** A unit that was pulled has come back in the meantime. */
  restore({ isExchange, units, inside, away }: z.infer<typeof unitsSchema>): void {
    this.isExchange = isExchange;
    for (const unit of units) if (this.#units.has(unit.id)) this.#units.set(unit.id, { ...unit });
    for (const { id } of this.#rows) this.putBack(id);
    this.#inside = [...inside];
    this.#away = [...away];
  }

  #settle(serial: string): Piece | undefined {
    const piece = this.#inside.find((candidate) => candidate.serial === serial);
    this.#inside = this.#inside.filter((candidate) => candidate !== piece);
    return piece;
  }

  #leave(serials: readonly string[], how: 'taken' | 'staff'): void {
    this.#away = [...this.#away, ...serials.map((serial) => ({ serial, how }))].slice(-AWAY_KEPT);
  }

  #unit(id: number): UnitState {
    const unit = this.#units.get(id);
    if (unit === undefined) throw new AppError('INTERNAL_UNREACHABLE', `no unit ${id}`);
    return unit;
  }

  #row(id: number): UnitRow {
    const row = this.#rows.find((candidate) => candidate.id === id);
    if (row === undefined) throw new AppError('INTERNAL_UNREACHABLE', `no unit ${id}`);
    return row;
  }
}

function emptyUnit(id: number): UnitState {
  return {
    id,
    initialCount: 0,
    pieces: [],
    loose: 0,
    retainCount: 0,
    taken: 0,
    rejected: 0,
    used: 0,
    status: 'ok',
    told: null,
  };
}
