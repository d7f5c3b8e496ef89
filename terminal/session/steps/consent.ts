import { refusal } from '../machine/session-machine.ts';
import type { StepEnv, StepMachine } from '../machine/step-machine.ts';

/** One sheet per purpose; agree and decline are the same size. Declining the face alone leads to the window. */
export const consentStep: StepMachine<number> = {
  enter: (env) => (sheets(env).length === 0 ? { state: 0, end: { end: 'skipped' } } : { state: 0 }),
  on(at, input, env) {
    if (input.kind === 'leave') return { state: at, end: { end: 'leave', how: input.how } };
    if (input.kind !== 'intent') return { state: at };
    const { intent } = input;
    const sheet = sheets(env)[at];
    if (intent.kind === 'back') return at > 0 ? { state: at - 1 } : { state: at, end: { end: 'back' } };
    if (sheet === undefined || (intent.kind !== 'agree' && intent.kind !== 'decline') || intent.consent !== sheet.id)
      return { state: at };
    const given = intent.kind === 'agree';
    const event = {
      kind: 'consent-given',
      fields: { sessionId: env.assignment.sessionId, consent: sheet.id, version: sheet.version, given },
    } as const;
    const effects = [{ do: 'journal', events: [event] }] as const;
    if (!given) return { state: at, effects, end: refusal(sheet.face ? 'window-only' : 'consent-declined') };
    if (at + 1 < sheets(env).length) return { state: at + 1, effects };
    return { state: at, effects, facts: { consentAt: env.wallMs }, end: { end: 'done' } };
  },
  view(at, env) {
    const sheet = sheets(env)[at];
    if (sheet === undefined) return null;
    return {
      kind: 'consent',
      body: {
        sheet: {
          id: sheet.id,
          title: env.texts[`consent.${sheet.id}.title`] ?? sheet.id,
          text: env.texts[`consent.${sheet.id}.text`] ?? '',
          version: sheet.version,
          face: sheet.face,
        },
        n: at + 1,
        of: sheets(env).length,
      },
      waits: { ms: env.deadlineMs, extendable: true },
      canBack: true,
      canLeave: true,
    };
  },
};

function sheets(env: StepEnv): StepEnv['pkg']['manifest']['consents'] {
  const only = env.settings['only'];
  const all = env.pkg.manifest.consents;
  return Array.isArray(only) ? all.filter((consent) => only.includes(consent.id)) : all;
}
