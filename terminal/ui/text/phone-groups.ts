/** A mobile number, or its beginning, in groups of 3-4-4 as people read it aloud. */
export function phoneGroups(digits: string): string {
  return [digits.slice(0, 3), digits.slice(3, 7), digits.slice(7)].filter((group) => group !== '').join(' ');
}
