import { describe, expect, it } from 'vitest';
import { SUPERVISOR_MODES, type SupervisorMode } from '@yimen/contracts/terminal';
import { superviseStep, type SupervisorEffect, type SupervisorInput } from './supervisor-machine.ts';

const INPUTS: readonly SupervisorInput[] = [
  'signedIn',
  'citizenFinished',
  'signedOut',
  'closedUp',
  'timeOver',
  'inspected',
];

/** Every (mode, input) that means something; all others change nothing and do nothing. */
const MEANT: Readonly<Record<string, readonly [SupervisorMode, readonly SupervisorEffect[]]>> = {
  'inactive signedIn': ['enterPending', ['wrapUp']],
  'enterPending citizenFinished': ['active', ['begin']],
  'enterPending signedOut': ['inactive', ['rest']],
  'enterPending closedUp': ['inactive', ['rest']],
  'enterPending timeOver': ['inactive', ['rest']],
  'active signedOut': ['exitPending', ['inspect']],
  'active closedUp': ['exitPending', ['inspect']],
  'active timeOver': ['exitPending', ['inspect']],
  'exitPending inspected': ['inactive', ['rest']],
};

describe('supervisor mode', () => {
  const pairs = SUPERVISOR_MODES.flatMap((mode) => INPUTS.map((input) => [mode, input] as const));

  it.each(pairs)('%s, %s', (mode, input) => {
    const [next, effects] = MEANT[`${mode} ${input}`] ?? [mode, []];
    expect(superviseStep(mode, input)).toEqual({ mode: next, effects });
  });

  it('never lets staff begin before the citizen’s side has finished, nor the next citizen before the devices were seen', () => {
    const into = (wanted: SupervisorMode): string[] =>
      pairs
        .filter(([mode, input]) => mode !== wanted && superviseStep(mode, input).mode === wanted)
        .map(([mode, input]) => `${mode} ${input}`);
    expect(into('active')).toEqual(['enterPending citizenFinished']);
    expect(into('inactive').filter((way) => !way.startsWith('enterPending'))).toEqual(['exitPending inspected']);
  });
});
