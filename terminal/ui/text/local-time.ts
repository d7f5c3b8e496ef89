/** Wall time as people in the hall read it: Asia/Shanghai has no daylight saving. `ms` since 1970 UTC. */
export function localTime(ms: number): string {
  return new Date(ms + 8 * 3_600_000).toISOString().slice(5, 16).replace('T', ' ');
}
