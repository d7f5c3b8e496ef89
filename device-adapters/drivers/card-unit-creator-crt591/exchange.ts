import type { Fault } from '@yimen/contracts/device';
import { deviceFault } from '../../driver-kit/device-faults.ts';
import type { EffectResult } from '../../driver-kit/driver.ts';
import { faultOfError } from './errors.table.ts';
import { at, done, fact, notDone, unknown } from './outcome.ts';
import { BIN_COUNTER_MOST, COMMANDS, setBinCounter } from './protocol.ts';
import type { Crt591Unit } from './unit.ts';

/** What staff counted, by unit (contracts/device/exchange.ts). */
type Counted = Readonly<
  Record<string, { readonly count: number; readonly serialised?: readonly string[] | undefined }>
>;

/** While hands may be inside nothing moves. */
export function exchangeActive(): Fault {
  return deviceFault('exchangeActive', 'staff are exchanging the units', 'clear');
}

/** Begins an exchange: only with nothing inside and nothing at the gate, and with the entry closed. */
export async function startExchange(unit: Crt591Unit): Promise<EffectResult> {
  if (unit.units.isExchange) return notDone(exchangeActive());
  const start = await unit.look();
  if (start.seen !== 'card') return notDone(start.fault);
  if (start.position !== 'none')
    return notDone(deviceFault('deviceNotReady', 'a card is in the unit', 'clear'), [at(unit, start.position)]);
  const closed = await unit.ask(COMMANDS.disableEntry);
  if (closed.seen !== 'reply') return notDone(closed.fault);
  if (closed.reply.kind === 'negative') return notDone(faultOfError(closed.reply.errorCode));
  unit.units.beginExchange();
  const { acceptedAt, completedAt } = closed;
  return done([at(unit, 'none')], { acceptedAt, completedAt });
}

/** Sets what staff counted. The bin's count is the device's own: it is written and read back. */
export async function setUnits(unit: Crt591Unit, counted: Counted): Promise<EffectResult> {
  if (!unit.units.isExchange)
    return notDone(deviceFault('noExchangeActive', 'counts are set during an exchange only', 'clear'));
  const wrong = whatCannotBe(unit, counted);
  if (wrong !== undefined) return notDone(deviceFault('invalidUnit', wrong, 'clear'));
  const { bin, stack } = counted;
  const written = bin === undefined ? done([], {}) : await setBin(unit, bin.count);
  if (written.outcome === 'done' && stack !== undefined) unit.units.setStack(stack.count);
  // The status tells the new counts at once.
  await unit.look();
  return written;
}

/** Ends the exchange with an init and a look. What is still wrong keeps it active: staff are there to mend it. */
export async function endExchange(unit: Crt591Unit): Promise<EffectResult> {
  if (!unit.units.isExchange) return notDone(deviceFault('noExchangeActive', 'no exchange is active', 'clear'));
  const inspected = await unit.inspectAnew();
  if (!inspected.ok) return notDone(inspected.error);
  if (unit.position !== 'none' && unit.position !== 'gate')
    return notDone(deviceFault('deviceNotReady', 'a card is in the unit', 'clear'), [at(unit, unit.position)]);
  unit.units.endExchange();
  const seen = await unit.look();
  if (seen.seen !== 'card') return unknown(seen.fault);
  return done([at(unit, seen.position)], { completedAt: unit.clock.wallMs() });
}

function whatCannotBe(unit: Crt591Unit, counted: Counted): string | undefined {
  const known = unit.units.told();
  const entries = Object.entries(counted);
  if (entries.length === 0) return 'no unit is named';
  for (const [name, { count, serialised = [] }] of entries) {
    const there = known[name];
    if (there === undefined) return `there is no unit ${name}`;
    if (serialised.length > 0) return `${name}: its cards carry no serial numbers`;
    const most = name === 'bin' ? Math.min(there.capacity, BIN_COUNTER_MOST) : there.capacity;
    // A stack whose capacity nobody set up takes any count.
    if (count > most && (name === 'bin' || most > 0)) return `${name}: it holds ${most}, not ${count}`;
  }
  return undefined;
}

async function setBin(unit: Crt591Unit, count: number): Promise<EffectResult> {
  const written = await unit.ask(setBinCounter(count));
  const is = await unit.countBin();
  if (is === count) {
    unit.units.setBin(count);
    const moments = written.seen === 'reply' ? { acceptedAt: written.acceptedAt } : {};
    return done([fact(unit, 'readBack', 'none', `bin=${count}`)], { ...moments, completedAt: unit.clock.wallMs() });
  }
  if (written.seen === 'reply' && written.reply.kind === 'negative')
    return notDone(faultOfError(written.reply.errorCode));
  if (written.seen === 'unsent' || written.seen === 'refused') return notDone(written.fault);
  const says = is === undefined ? 'cannot be read' : `says ${is}`;
  return unknown(deviceFault('hardwareError', `the bin counter was set to ${count} and ${says}`, 'maintenance'));
}
