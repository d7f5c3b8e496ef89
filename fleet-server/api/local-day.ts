/** China has one time zone and no summer time since 1991: UTC+8. */
const OFFSET_MS = 8 * 3_600_000;

/** The day in Asia/Shanghai of a wall time, `YYYY-MM-DD`: what a hall means by "today". */
export function localDay(wallMs: number): string {
  return new Date(wallMs + OFFSET_MS).toISOString().slice(0, 10);
}

/** The wall time at which a day begins in Asia/Shanghai. */
export function startOfDay(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) - OFFSET_MS;
}
