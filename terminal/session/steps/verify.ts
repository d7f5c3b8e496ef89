import { travelDocumentSchema } from '@yimen/contracts/device';
import { z } from 'zod';
import { readPermitMrz } from '../documents/permit-mrz.ts';
import type { Effect } from '../machine/effect.ts';
import type { Input } from '../machine/input.ts';
import type { StepEnv, StepMachine, Turn } from '../machine/step-machine.ts';
import { ENDORSE_PHASES } from './produce.ts';

interface Verify {
  readonly phase: 'look' | 'handBack' | 'chip';
}
const readBackSchema = z.object({ mrz: z.string().nullable(), panelDigest: z.string() });

/** Looks at the finished card before it is handed over: the same card (MRZ), the panel's digest for the record, the
 *  chip's own count of endorsements where it offers one. A different card is never presented. */
export const verifyStep: StepMachine<Verify> = {
  enter: () => ({
    state: { phase: 'look' },
    effects: [
      { do: 'read', key: 'look', device: 'endorsement-printer', verb: 'readBack', args: {}, deadlineMs: 15_000 },
    ],
  }),
  on(state, input, env) {
    if (input.kind === 'read' && input.key === 'look') return looked(input, env);
    if (input.kind === 'operated' && input.key === 'toUnit') {
      if (input.end.outcome !== 'done')
        return { state, facts: { card: 'unknown' }, end: { end: 'done' }, code: input.end.fault?.code ?? 'unknown' };
      return { state: { phase: 'chip' }, facts: { card: 'inside' }, effects: chip(env) };
    }
    if (input.kind === 'read' && input.key === 'chip') {
      const read = input.result.ok ? travelDocumentSchema.safeParse(input.result.value) : undefined;
      return {
        state,
        facts: { chipCounter: read?.success === true ? read.data.endorsementCounter : null },
        end: { end: 'done' },
      };
    }
    return { state };
  },
  view: (state, _env) => ({
    kind: 'produce',
    body: {
      phase: state.phase === 'look' ? 'checking' : 'returning',
      phases: [...ENDORSE_PHASES],
      elapsedMs: 0,
      usualMs: 5_000,
    },
    waits: null,
    canBack: false,
    canLeave: false,
  }),
};

function chip(env: StepEnv): Effect[] {
  const access = readPermitMrz(env.facts.mrz ?? '') ?? { documentNumber: '', birth: '000000', expiry: '000000' };
  return [
    { do: 'read', key: 'chip', device: 'travel-document', verb: 'readDocument', args: { access }, deadlineMs: 20_000 },
  ];
}

function looked(input: Extract<Input, { kind: 'read' }>, env: StepEnv): Turn<Verify> {
  const handBack: Effect = {
    do: 'operate',
    // Not the key of the ending that gives cards back: an answer that comes late would be taken for its own.
    key: 'toUnit',
    device: 'endorsement-printer',
    verb: 'handBack',
    args: {},
    deadlineMs: 20_000,
  };
  const seen = input.result.ok ? readBackSchema.safeParse(input.result.value) : undefined;
  // The driver's own read-back already proved the print; a scanner that fails now takes nothing away from that.
  if (seen?.success !== true) return { state: { phase: 'handBack' }, effects: [handBack] };
  if (seen.data.mrz !== null && seen.data.mrz !== env.facts.mrz) {
    return {
      state: { phase: 'look' },
      facts: { production: 'mismatch' },
      end: { end: 'stop', state: 'card-held' },
      code: 'verifyMismatch',
    };
  }
  return { state: { phase: 'handBack' }, facts: { panelDigest: seen.data.panelDigest }, effects: [handBack] };
}
