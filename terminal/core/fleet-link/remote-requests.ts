import {
  commandSchema,
  decodePayload,
  jobSchema,
  twinDesiredSchema,
  type TwinReport,
  type UpLeaf,
} from '@yimen/contracts/fleet';
import type { Journal } from '../journal/index.ts';
import { CORE_LIMITS } from '../limits.table.ts';
import type { Log } from '../platform/logger.ts';

export interface Reply {
  readonly leaf: UpLeaf;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Answers what the fleet asks of this terminal. Nothing is carried out yet: commands, jobs and settings need
 *  signatures that are not built, so each is refused as `unsupported`, honestly and once and for all. */
export interface RemoteRequests {
  command(text: string): Reply | undefined;
  job(text: string): Reply | undefined;
  twin(text: string, frame: Pick<TwinReport, 'linkSession' | 't'>): Reply | undefined;
}

export function remoteRequests(options: {
  tid: string;
  journal: Journal;
  log: Log;
  trustedWallMs: () => number;
}): RemoteRequests {
  const { tid, journal, log, trustedWallMs } = options;
  const answered = new Map<string, string>();

  /** A repeat gets the stored answer; the ledger is told once. */
  const refuse = (id: string, exp: number, kind: 'command' | 'job'): string => {
    const known = answered.get(id);
    if (known !== undefined) return known;
    const state = trustedWallMs() > exp ? 'expired' : 'refused';
    const first = answered.size >= CORE_LIMITS.answeredCommands ? answered.keys().next().value : undefined;
    if (first !== undefined) answered.delete(first);
    answered.set(id, state);
    const code = state === 'refused' ? 'unsupported' : null;
    if (kind === 'command') journal.note([{ kind: 'command-ended', fields: { id, state, code } }]);
    else journal.note([{ kind: 'job-progress', fields: { id, phase: 'received', state } }]);
    return state;
  };

  const take = (kind: 'command' | 'job', text: string): Reply | undefined => {
    const asked = decodePayload(text, kind === 'command' ? commandSchema : jobSchema);
    if (!asked.ok) {
      log.warn({ fault: asked.error, kind }, 'a request of the fleet does not fit the contract');
      return undefined;
    }
    const { id, exp } = asked.value;
    if (asked.value.tid !== tid) {
      log.warn({ kind, id }, 'a request of the fleet is for another terminal');
      return undefined;
    }
    const state = refuse(id, exp, kind);
    return {
      leaf: kind === 'command' ? 'cmd' : 'job',
      payload: { v: 1, id, state, code: state === 'refused' ? 'unsupported' : null },
    };
  };

  return {
    command: (text) => take('command', text),
    job: (text) => take('job', text),
    twin: (text, frame) => {
      const desired = decodePayload(text, twinDesiredSchema);
      if (!desired.ok) {
        log.warn({ fault: desired.error }, 'desired settings do not fit the contract');
        return undefined;
      }
      const errors = Object.keys(desired.value.desiredDelta)
        .slice(0, 16)
        .map((path) => ({ path, code: 'unsupported' }));
      return { leaf: 'twin', payload: twinReport(frame, errors) };
    },
  };
}

/** The whole report of settings: none is reported and none was applied. */
export function twinReport(
  frame: Pick<TwinReport, 'linkSession' | 't'>,
  errors: TwinReport['errors'],
): Readonly<Record<string, unknown>> {
  return { v: 1, ...frame, ver: 1, appliedDesiredVer: 0, reported: {}, errors };
}
