import type { AlarmFacts, AlarmView } from '../../store/index.ts';
import { PLAIN, type AlarmCondition, type AlarmRule } from '../alarm-condition.ts';
import { ALARM_LIMITS } from '../limits.table.ts';

const OFFLINE: ReadonlySet<string> = new Set(['offline', 'powerOff', 'noDevice']);

const FRAUD: ReadonlySet<string> = new Set(['fraudAttempt', 'potentialFraud']);

/** `module.hardwareError` and `module.offline`, as grave as the services they take away; `module.fraud` always critical and
 *  at once: somebody may still stand there. */
export const moduleFault: AlarmRule = (facts) =>
  facts.modules.flatMap((module): AlarmCondition[] => {
    const common = {
      ...PLAIN,
      module: module.module,
      since: module.since,
      offMs: ALARM_LIMITS.moduleOffMs,
      severity: severityOf(module.lost.length, facts),
    };
    return [
      {
        ...common,
        code: 'module.hardwareError',
        active: module.state === 'hardwareError',
        onMs: ALARM_LIMITS.hardwareErrorOnMs,
      },
      { ...common, code: 'module.offline', active: OFFLINE.has(module.state), onMs: ALARM_LIMITS.moduleOfflineOnMs },
      { ...common, code: 'module.fraud', active: FRAUD.has(module.state), severity: 'critical', onMs: 0 },
    ];
  });

function severityOf(lost: number, facts: AlarmFacts): AlarmView['severity'] {
  if (lost === 0) return 'warning';
  return facts.services > 0 && lost >= facts.services ? 'major' : 'minor';
}
