/** What a motion that ended well proves of earlier ones of the same card whose own end nobody could tell: a card that left
 *  through the unit's gate or fell into its bin is not in the printer. By device and verb; the value names the earlier verb. */
const PROVED_BY: Readonly<Record<string, Readonly<Record<string, 'done' | 'notDone'>>>> = {
  'endorsement-printer.handBack': { takeCard: 'done' },
  'card-unit.ejectCard': { takeCard: 'notDone', handBack: 'done' },
  'card-unit.captureCard': { takeCard: 'notDone', handBack: 'done' },
};

/** @param open effects without a proved end, oldest first
 *  @returns those whose end is proved now */
export function provedBy<T extends { readonly target: string; readonly verb: string }>(
  device: string,
  verb: string,
  open: readonly T[],
): readonly { readonly of: T; readonly outcome: 'done' | 'notDone' }[] {
  const proved = PROVED_BY[`${device}.${verb}`] ?? {};
  return open.flatMap((one) => {
    const outcome = one.target === 'endorsement-printer' ? proved[one.verb] : undefined;
    return outcome === undefined ? [] : [{ of: one, outcome }];
  });
}
