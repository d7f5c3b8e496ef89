/** One step of an action that is a sequence. */
export interface ProbeStep {
  readonly says: string;
  readonly nature: 'effect' | 'read';
  readonly verb: string;
  readonly args: unknown;
}

/** How often a cleaning card passes the rollers: cards of this kind are made for a handful of strokes. */
const STROKES = 5;

const accept = (says: string): ProbeStep => ({ says, nature: 'effect', verb: 'acceptCard', args: {} });
const move = (to: 'gate' | 'readPosition'): ProbeStep => ({
  says: to === 'gate' ? 'to the gate (do not take it)' : 'to the read position',
  nature: 'effect',
  verb: 'moveCard',
  args: { to },
});
const chip: ProbeStep = { says: 'powers the chip, and it answers', nature: 'read', verb: 'openChip', args: {} };
const eject: ProbeStep = { says: 'gives it back: take it', nature: 'effect', verb: 'ejectCard', args: {} };

/** Draws a cleaning card in, moves it between gate and read position, gives it back. */
export const CLEAN_STEPS: readonly ProbeStep[] = [
  accept('put the cleaning card in'),
  ...Array.from({ length: STROKES }, () => [move('gate'), move('readPosition')]).flat(),
  eject,
];

/** Draws a test card in, asks its chip, moves it to the gate and back, asks again, gives it back. */
export const TEST_CARD_STEPS: readonly ProbeStep[] = [
  accept('put the test card in'),
  chip,
  move('gate'),
  move('readPosition'),
  chip,
  eject,
];
