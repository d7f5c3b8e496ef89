import { PLAIN, type AlarmCondition, type AlarmRule } from '../alarm-condition.ts';

/** `release.unusable`: the release that should serve cannot be used, until one does again; worse where no older one stands
 *  in. `release.refused`: one that was brought to a terminal did not verify; what was in force stays, so it is a moment.
 *  One alarm for each service (faults F68). */
export const releaseTrouble: AlarmRule = (facts) =>
  facts.releases.map(({ service, state, at }): AlarmCondition => {
    const shared = { ...PLAIN, module: service, since: at };
    if (state === 'refused')
      return { ...shared, code: 'release.refused', active: true, severity: 'minor', mark: at, moment: true };
    const severity = state === 'off' ? 'major' : 'minor';
    return { ...shared, code: 'release.unusable', active: state !== 'inForce', severity };
  });
