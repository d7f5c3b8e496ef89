const SHANGHAI_MS = 8 * 3_600_000;

/** Wall time as people in the hall read it: Asia/Shanghai has no daylight saving. `YYYY-MM-DD HH:MM` */
export function shanghaiTime(wallMs: number): string {
  return new Date(wallMs + SHANGHAI_MS).toISOString().slice(0, 16).replace('T', ' ');
}

/** `YYYY-MM-DD` */
export function shanghaiDay(wallMs: number): string {
  return shanghaiTime(wallMs).slice(0, 10);
}
