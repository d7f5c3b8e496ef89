import type { Clock } from '@yimen/contracts/base';
import type { Shelf } from './shelf.ts';

const CHINA_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;

/** The offices' own time: the real clock plus an offset that a tester moves and that survives a restart. */
export interface OfficeClock {
  nowMs(): number;
  /** Today in Asia/Shanghai, `YYYY-MM-DD`. */
  today(): string;
  offsetMs(): number;
  setOffset(offsetMs: number): void;
  /** Monday to Friday and not one of the public holidays: only then a person sits at the officer's desk. */
  isWorkingDay(): boolean;
}

export function createOfficeClock(
  shelf: Shelf,
  clock: Clock,
  start: { offsetMs: number | undefined; holidays: readonly string[] },
): OfficeClock {
  if (start.offsetMs !== undefined) shelf.put('setting', 'clock', { offsetMs: start.offsetMs });
  const offsetMs = (): number => shelf.get<{ offsetMs: number }>('setting', 'clock')?.offsetMs ?? 0;
  const nowMs = (): number => clock.wallMs() + offsetMs();
  const today = (): string => dayOf(nowMs());
  return {
    nowMs,
    today,
    offsetMs,
    setOffset: (value) => shelf.put('setting', 'clock', { offsetMs: value }),
    isWorkingDay: () => {
      const day = new Date(`${today()}T00:00:00Z`).getUTCDay();
      return day !== 0 && day !== 6 && !start.holidays.includes(today());
    },
  };
}

/** The calendar date in Asia/Shanghai (UTC+8, no summer time) of a moment. */
export function dayOf(wallMs: number): string {
  return new Date(wallMs + CHINA_MS).toISOString().slice(0, 10);
}

/** `date` and `days` later. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** `date` and `months` later; a day that the month does not have becomes its last one. */
export function addMonths(date: string, months: number): string {
  const [year = 1970, month = 1, day = 1] = date.split('-').map(Number);
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0));
  return new Date(Date.UTC(last.getUTCFullYear(), last.getUTCMonth(), Math.min(day, last.getUTCDate())))
    .toISOString()
    .slice(0, 10);
}
