/** As the clock on the wall beside the machine says it. */
export function wallTime(wallMs: number): string {
  return new Date(wallMs).toLocaleString('sv-SE', { timeZone: 'Asia/Shanghai' }).slice(0, 16);
}
