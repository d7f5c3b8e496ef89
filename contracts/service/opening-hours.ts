const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Asia/Shanghai has no daylight saving. */
const SHANGHAI_MS = 8 * 3_600_000;

export interface Opening {
  /** 1 Monday … 7 Sunday. */
  readonly days: readonly number[];
  /** Minutes of the day, from and (not included) to. */
  readonly ranges: readonly (readonly [from: number, to: number])[];
}

/** Hours as policy rows write them: days, then one or more ranges of the day: `1-5 09:00-12:00,14:00-17:00`, `6,7 10:00-16:00`,
 *  `1-7 00:00-24:00`. Wall time in Asia/Shanghai.
 *  @returns undefined for anything else */
export function readHours(text: string): Opening | undefined {
  const [days = '', ranges = '', ...more] = text.trim().split(/\s+/u);
  const read = { days: daysOf(days), ranges: ranges.split(',').map(rangeOf) };
  if (more.length > 0 || read.days.length === 0) return undefined;
  const known = read.ranges.filter((range) => range !== undefined);
  return known.length === read.ranges.length ? { days: read.days, ranges: known } : undefined;
}

/** Whether somebody is there at this moment. */
export function isOpen(hours: Opening, wallMs: number): boolean {
  const { day, minute } = localOf(wallMs);
  return hours.days.includes(day) && hours.ranges.some(([from, to]) => minute >= from && minute < to);
}

/** The next moment from which somebody is there: now, when it is open. `YYYY-MM-DD HH:MM` in the hall's own time. */
export function opensAt(hours: Opening, wallMs: number): string {
  if (isOpen(hours, wallMs)) return localText(wallMs);
  const midnight = Math.floor((wallMs + SHANGHAI_MS) / DAY_MS) * DAY_MS - SHANGHAI_MS;
  const starts = hours.ranges.map(([from]) => from).toSorted((a, b) => a - b);
  for (let later = 0; later <= 7; later += 1) {
    for (const from of starts) {
      const at = midnight + later * DAY_MS + from * MINUTE_MS;
      if (at > wallMs && hours.days.includes(localOf(at).day)) return localText(at);
    }
  }
  return localText(wallMs);
}

function daysOf(text: string): readonly number[] {
  const parts = text.split(',').map((part) => /^([1-7])(?:-([1-7]))?$/u.exec(part));
  if (parts.some((part) => part === null)) return [];
  return parts.flatMap((part) => {
    const from = Number(part?.[1]);
    const to = Number(part?.[2] ?? from);
    return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
  });
}

function rangeOf(text: string): readonly [number, number] | undefined {
  const found = /^(\d\d):(\d\d)-(\d\d):(\d\d)$/u.exec(text);
  if (found === null) return undefined;
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = found.slice(1).map(Number);
  const [from, to] = [fromHour * 60 + fromMinute, toHour * 60 + toMinute];
  return from < to && to <= 1_440 && fromMinute < 60 && toMinute < 60 ? [from, to] : undefined;
}

function localOf(wallMs: number): { day: number; minute: number } {
  const local = new Date(wallMs + SHANGHAI_MS);
  return {
    day: local.getUTCDay() === 0 ? 7 : local.getUTCDay(),
    minute: local.getUTCHours() * 60 + local.getUTCMinutes(),
  };
}

function localText(wallMs: number): string {
  return new Date(wallMs + SHANGHAI_MS).toISOString().slice(0, 16).replace('T', ' ');
}

/** Why a service is off outside its own hours, as a code that says when it opens: `hours.2026-11-30.0900`.
 *  @returns undefined while it is open */
export function closedReason(hours: Opening, wallMs: number): string | undefined {
  if (isOpen(hours, wallMs)) return undefined;
  return `hours.${opensAt(hours, wallMs).replace(' ', '.').replace(':', '')}`;
}

/** When a service opens that is off for `reason`, `YYYY-MM-DD HH:MM`. @returns undefined when it is off for something else */
export function opensBy(reason: string): string | undefined {
  const found = /^hours\.(\d{4}-\d\d-\d\d)\.(\d\d)(\d\d)$/u.exec(reason);
  return found === null ? undefined : `${found[1]} ${found[2]}:${found[3]}`;
}
