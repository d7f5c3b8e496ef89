import type { StepMachine } from '../machine/step-machine.ts';

/** The office's own act is the goods: a registration, a decision, a mark, a payment that was posted. It stands since the
 *  reserve answered; the citizen has it with the slip. No screen. */
export const issueStep: StepMachine<'issued'> = {
  enter: ({ facts }) => ({
    state: 'issued',
    facts: { production: 'done', handedOver: true, evidence: `goods:${facts.reservation?.goods?.kind ?? 'none'}` },
    end: { end: 'done' },
  }),
  on: (state) => ({ state }),
  view: () => null,
};
