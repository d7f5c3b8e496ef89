import { err, ok, type Clock, type Result } from '@yimen/contracts/base';
import type { Evidence, Fault } from '@yimen/contracts/device';
import { canceledFault } from '../../driver-kit/device-faults.ts';
import type { EffectResult } from '../../driver-kit/driver.ts';
import { pause } from '../../driver-kit/pause.ts';
import type { CabinetBus } from './bus.ts';
import { rowsOf, type CabinetModel, type RowOf } from './cabinet-model.ts';
import { CABINET_LIMITS } from './limits.table.ts';
import type { Until } from './link.ts';
import { hexOf, writeCoilRequest, writeRegisterRequest, type RawRequest } from './protocol.ts';
import { blocksOf, Image, type Place } from './read-plan.ts';
import { outputFault, unknownNameFault } from './status.ts';

export type LightState = 'off' | 'on' | 'slowFlash' | 'quickFlash';

/** One output and what it shall be. */
export interface Order {
  /** In code words: `light.status=on`. */
  readonly says: string;
  readonly place: Place & { readonly unit: number };
  readonly value: number;
  readonly request: RawRequest<void>;
  /** The lock's own contact, and what its bit is when the bolt stands as ordered; a lock without one has none. */
  readonly proof?: { readonly place: Place & { readonly unit: number }; readonly bit: number } | undefined;
}

/** @fault unsupportedCommand the model has no such light, or it cannot flash. */
export function lightOrder(model: CabinetModel, unit: number, name: string, state: LightState): Result<Order, Fault> {
  const lights = rowsOf(model, 'lightOutput', 'lightRegister');
  const row = lights.find((light) => light.name === name);
  const known = lights.map((light) => light.name);
  if (row === undefined) return err(unknownNameFault(`no light "${name}"`, known));
  const says = `light.${name}=${state}`;
  if (row.kind === 'lightRegister') {
    const value = row.values[state];
    return value === undefined ? err(cannotFlash(model, name, state)) : ok(registerOrder(row, unit, says, value));
  }
  if (state !== 'on' && state !== 'off') return err(cannotFlash(model, name, state));
  return ok(coilOrder(row, unit, says, state === 'on'));
}

/** @fault unsupportedCommand the door has no lock that can be set. */
export function lockOrder(model: CabinetModel, unit: number, door: string, isLocked: boolean): Result<Order, Fault> {
  const locks = rowsOf(model, 'lockOutput', 'lockRegister');
  const row = locks.find((lock) => lock.name === door);
  const known = locks.map((lock) => lock.name);
  if (row === undefined) return err(unknownNameFault(`no lock of a door "${door}"`, known));
  const says = `lock.${door}=${isLocked ? 'locked' : 'unlocked'}`;
  const order =
    row.kind === 'lockRegister'
      ? registerOrder(row, unit, says, isLocked ? row.values.locked : row.values.unlocked)
      : coilOrder(row, unit, says, isLocked);
  const contact = rowsOf(model, 'lockContact').find((one) => one.name === door);
  if (contact === undefined) return ok(order);
  const bit = isLocked === (contact.polarity === 'normal') ? 1 : 0;
  return ok({ ...order, proof: { place: { ...contact, unit: contact.unit ?? unit }, bit } });
}

/** Carries orders out: written once, then looked at. Never repeated: what came of a write is read. */
export class Outputs {
  readonly #bus: CabinetBus;
  readonly #clock: Clock;

  constructor(bus: CabinetBus, clock: Clock) {
    this.#bus = bus;
    this.#clock = clock;
  }

  /** A light: its own output is what it shows. */
  async light(order: Order, until: Until): Promise<EffectResult> {
    const set = await this.#set(order, until);
    return set.outcome === 'done' ? { ...set, evidence: [this.#readBack(order.says)] } : set;
  }

  /** A lock: its bolt is seen by a contact of its own, or by nobody. */
  async lock(order: Order, until: Until, signal: AbortSignal): Promise<EffectResult> {
    const set = await this.#set(order, until);
    if (set.outcome !== 'done') return set;
    const failed = await this.#bolt(order, until, signal);
    const completedAt = this.#clock.wallMs();
    if (failed === undefined) return { ...set, completedAt, evidence: [this.#readBack(order.says)] };
    return { ...set, outcome: 'unknown', completedAt, fault: failed };
  }

  /** `done`: the output reads as ordered. */
  async #set(order: Order, until: Until): Promise<EffectResult> {
    const before = await this.#value(order.place, until);
    if (!before.ok) return this.#ended('notDone', before.error);
    const written = await this.#bus.write(order.place.unit, order.request, until);
    if (written.seen === 'unsent' || written.seen === 'refused') return this.#ended('notDone', written.fault);
    const acceptedAt = written.seen === 'answered' ? this.#clock.wallMs() : undefined;
    const after = await this.#value(order.place, until);
    if (!after.ok) return this.#ended('unknown', after.error, acceptedAt);
    if (after.value === order.value) return this.#ended('done', undefined, acceptedAt);
    if (written.seen === 'unanswered' && after.value === before.value) return this.#ended('notDone', written.fault);
    const fault = outputFault(`${order.says}: ${hexOf(after.value, 4)} read back`);
    return this.#ended('unknown', fault, acceptedAt);
  }

  /** Waits until the bolt stands as ordered.
   *  @returns why nobody knows that it does */
  async #bolt(order: Order, until: Until, signal: AbortSignal): Promise<Fault | undefined> {
    if (order.proof === undefined) return outputFault(`${order.says}: the lock has no contact, nobody saw the bolt`);
    const endMs = Math.min(until.endMs, this.#clock.monoMs() + CABINET_LIMITS.boltMs);
    let equal = 0;
    while (!signal.aborted) {
      const read = await this.#value(order.proof.place, until);
      if (!read.ok) return read.error;
      equal = read.value === order.proof.bit ? equal + 1 : 0;
      if (equal >= CABINET_LIMITS.equalReads) return undefined;
      if (this.#clock.monoMs() >= endMs) return outputFault(`${order.says}: the bolt does not move`);
      await pause(this.#clock, equal > 0 ? CABINET_LIMITS.lookAgainMs : CABINET_LIMITS.boltLookMs, signal);
    }
    return canceledFault();
  }

  async #value(place: Order['place'], until: Until): Promise<Result<number, Fault>> {
    const image = new Image();
    const read = await this.#bus.read(blocksOf([place], place.unit, 0), image, until);
    if (!read.ok) return read;
    const value = image.at(place, place.unit);
    return value === undefined ? err(read.value ?? outputFault('cannot be read back')) : ok(value);
  }

  #readBack(detail: string): Evidence {
    return { kind: 'readBack', customerAccess: 'none', detail, at: this.#clock.wallMs() };
  }

  #ended(outcome: EffectResult['outcome'], fault?: Fault, acceptedAt?: number): EffectResult {
    const completedAt = this.#clock.wallMs();
    return { outcome, acceptedAt, completedAt, evidence: [], fault };
  }
}

function cannotFlash(model: CabinetModel, name: string, state: LightState): Fault {
  const able = rowsOf(model, 'lightRegister').filter((row) => row.values[state] !== undefined);
  const known = able.map((row) => row.name);
  return unknownNameFault(`light "${name}" has no ${state}`, known.length === 0 ? [] : [`it with ${known.join(', ')}`]);
}

function coilOrder(row: RowOf<'lightOutput' | 'lockOutput'>, unit: number, says: string, isOn: boolean): Order {
  const bit = isOn === (row.polarity === 'normal');
  return {
    says,
    place: { unit: row.unit ?? unit, function: row.function, address: row.address },
    value: bit ? 1 : 0,
    request: writeCoilRequest(row.address, bit),
  };
}

function registerOrder(row: RowOf<'lightRegister' | 'lockRegister'>, unit: number, says: string, value: number): Order {
  return {
    says,
    place: { unit: row.unit ?? unit, function: row.function, address: row.address },
    value,
    request: writeRegisterRequest(row.address, value),
  };
}
