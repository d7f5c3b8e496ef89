import type { Texts } from './zh.ts';

/** Halls live in one time zone; a viewer elsewhere has to see the halls' time. */
const ZONE = 'Asia/Shanghai';

const clock = new Intl.DateTimeFormat('en-GB', {
  timeZone: ZONE,
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const date = new Intl.DateTimeFormat('en-CA', { timeZone: ZONE, year: 'numeric', month: '2-digit', day: '2-digit' });

/** `14:03:22` in China. */
export function clockText(wallMs: number): string {
  return clock.format(wallMs);
}

/** `2026-11-24 14:03:22` in China; without the date when it is today's. */
export function momentText(wallMs: number, nowMs: number): string {
  const day = date.format(wallMs);
  return day === date.format(nowMs) ? clockText(wallMs) : `${day} ${clockText(wallMs)}`;
}

/** `2026-11-24 06:03:22`, UTC: the same in every log. */
export function utcText(wallMs: number): string {
  return new Date(wallMs).toISOString().replace('T', ' ').slice(0, 19);
}

/** An age in words, coarse enough to read at a glance. Future moments (clocks that differ) count as now. */
export function ageText(ageMs: number, text: Texts): string {
  const seconds = Math.floor(ageMs / 1000);
  if (seconds < 2) return text.age.now;
  if (seconds < 120) return text.age.seconds(seconds);
  if (seconds < 7_200) return text.age.minutes(Math.floor(seconds / 60));
  if (seconds < 172_800) return text.age.hours(Math.floor(seconds / 3_600));
  return text.age.days(Math.floor(seconds / 86_400));
}
