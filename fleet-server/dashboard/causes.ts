import type { Alarm, Module, Terminal } from './api-client/api-types.ts';
import { isWell } from './module-state.ts';
import type { Words } from './text/words.ts';

/** One reason why a terminal is not whole. */
export interface Cause {
  /** As the terminal gives it: `cardUnit.mediaJam`, `policy.fee`. */
  readonly why: string;
  readonly module: string | undefined;
  /** What it takes away; nothing, for a device that citizens can do without. */
  readonly services: readonly string[];
  /** Since when its device is so; null when nobody knows. */
  readonly since: number | null;
}

/** Why a terminal is not whole: each reason once, the one that takes most services first. */
export function causesOf(terminal: Pick<Terminal, 'off' | 'modules'>): Cause[] {
  const named = [...Map.groupBy(terminal.off, (row) => row.why)].map(([why, rows]): Cause => {
    const module = moduleOfReason(terminal, why);
    return {
      why,
      module: why.includes('.') ? why.slice(0, why.indexOf('.')) : undefined,
      services: rows.map((row) => row.service),
      since: module?.changedAt ?? null,
    };
  });
  const others = terminal.modules
    .filter((module) => !isWell(module) && !named.some((cause) => cause.module === module.module))
    .map(({ module, state, changedAt }): Cause => ({
      why: `${module}.${state}`,
      module,
      services: [],
      since: changedAt,
    }));
  return [...named, ...others].toSorted((a, b) => b.services.length - a.services.length || a.why.localeCompare(b.why));
}

/** A reason in words. Terminals name a device and its state (`cardUnit.hardwareError`); what the device itself says
 *  (`mediaJam`) tells a technician more, so it is said instead. */
export function reasonText(words: Words, terminal: Pick<Terminal, 'modules'>, why: string): string {
  const module = moduleOfReason(terminal, why);
  if (module === undefined || module.fault === null || !why.endsWith(`.${module.state}`)) return words.fault(why);
  return `${words.module(module.module)} · ${words.fault(module.fault)}`;
}

/** An alarm in one line: the device and what it says, or what the alarm's code means. `terminal`: left out when what it
 *  last said is no longer true. */
export function alarmText(words: Words, alarm: Alarm, terminal: Pick<Terminal, 'modules'> | undefined): string {
  const module = terminal?.modules.find((row) => row.module === alarm.module);
  const fault = alarm.code.startsWith('module.') ? (module?.fault ?? null) : null;
  const what = fault === null ? words.alarm(alarm.code).what : words.fault(fault);
  const stop = alarm.stop === null ? '' : words.text.stops[alarm.stop];
  return [words.alarmPlace(alarm.module), what, stop].filter((part) => part !== '').join(' · ');
}

/** What an alarm's device takes away from citizens, as the terminal says now. */
export function servicesLost(terminal: Pick<Terminal, 'off'>, alarm: Pick<Alarm, 'module'>): string[] {
  return terminal.off.filter((row) => row.why.startsWith(`${alarm.module}.`)).map((row) => row.service);
}

function moduleOfReason(terminal: Pick<Terminal, 'modules'>, why: string): Module | undefined {
  return terminal.modules.find((row) => why.startsWith(`${row.module}.`));
}
