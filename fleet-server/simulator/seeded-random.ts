/** Random numbers that a seed decides. Small and fast (mulberry32), for demonstrations; never for anything secret. */
export class SeededRandom {
  #state: number;

  /** The same parts give the same numbers. */
  constructor(...parts: readonly (string | number)[]) {
    let hash = 2_166_136_261;
    for (const character of parts.join('/')) hash = Math.imul(hash ^ character.charCodeAt(0), 16_777_619);
    this.#state = hash >>> 0;
  }

  /** In [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  /** One of `list`, each as likely as its weight says.
   *  @throws RangeError when the list is empty */
  pick<T>(list: readonly T[], weightOf: (one: T) => number = () => 1): T {
    let left = this.next() * list.reduce((sum, one) => sum + weightOf(one), 0);
    for (const one of list) {
      left -= weightOf(one);
      if (left < 0) return one;
    }
    const last = list.at(-1);
    if (last === undefined) throw new RangeError('nothing to pick from');
    return last;
  }

  /** `length` characters of the wire's id alphabet. */
  id(length: number): string {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
    return Array.from({ length }, () => letters[this.between(0, letters.length - 1)]).join('');
  }

  /** Two groups without look-alikes, as receipts and incidents have them. */
  spoken(group: number): string {
    const letters = '23456789ABCDEFGHJKMNPQRSTWXYZ';
    const take = (): string =>
      Array.from({ length: group }, () => letters[this.between(0, letters.length - 1)]).join('');
    return `${take()}-${take()}`;
  }
}
