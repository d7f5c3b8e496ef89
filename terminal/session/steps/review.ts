import type { StepMachine } from '../machine/step-machine.ts';

/** Everything, the fee lines, and what cannot be undone, before anything is begun. */
export const reviewStep: StepMachine<'shown'> = {
  enter: () => ({ state: 'shown' }),
  on(state, input) {
    if (input.kind === 'leave') return { state, end: { end: 'leave', how: input.how } };
    if (input.kind !== 'intent') return { state };
    if (input.intent.kind === 'confirm') return { state, end: { end: 'done' } };
    if (input.intent.kind === 'back') return { state, end: { end: 'back' } };
    if (input.intent.kind === 'edit')
      return { state, end: { end: 'goto', step: input.intent.line === 'phone' ? 'contact' : 'choose' } };
    return { state };
  },
  view(_state, env) {
    const { choice, fee, lookup, phone } = env.facts;
    const text = (key: string): string => env.texts[key] ?? key;
    const places = (choice?.destinations ?? []).map((place) => text(`destination.${place}`));
    return {
      kind: 'review',
      body: {
        lines: [
          { id: 'holder', label: text('label.holder'), value: lookup?.holderMasked ?? '', editable: false },
          { id: 'destination', label: text('label.destination'), value: places.join(' + '), editable: true },
          { id: 'kind', label: text('label.kind'), value: text(`kind.${choice?.kind ?? 'G'}`), editable: true },
          {
            id: 'count',
            label: text('label.count'),
            value: text(`count.${choice?.countCode ?? 'once'}`),
            editable: true,
          },
          { id: 'validUntil', label: text('validUntil'), value: choice?.validUntil ?? '', editable: false },
          {
            id: 'phone',
            label: env.say.phoneLabel,
            value: phone === null ? '—' : `＊＊＊＊${phone.slice(-4)}`,
            editable: true,
          },
        ],
        fees: places.map((place) => ({
          label: `${place} · ${text(`count.${choice?.countCode ?? 'once'}`)}`,
          amountFen: Math.round((fee?.amountFen ?? 0) / Math.max(1, places.length)),
        })),
        totalFen: fee?.amountFen ?? 0,
        warnings: choice?.cancelsValid === true ? [text('warning.cancelsValid')] : [],
      },
      waits: { ms: env.deadlineMs, extendable: true },
      canBack: true,
      canLeave: true,
    };
  },
};
