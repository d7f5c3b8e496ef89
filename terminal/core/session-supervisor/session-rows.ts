import { sessionIdSchema, type Clock } from '@yimen/contracts/base';
import type { JournalEvent } from '@yimen/contracts/journal';
import type { Assignment } from '@yimen/contracts/terminal';
import type { Language } from '@yimen/contracts/ui';
import type { Journal } from '../journal/index.ts';

export type HowEnded = 'finished' | 'timeout' | 'cancelled' | 'killed';

/** Rows of a session that ended, for whoever asks how it went. */
export interface LastSession {
  readonly sessionId: string;
  readonly fromJ: number;
  readonly toJ: number;
  readonly toSeq: number;
}

/** The end of a session that could not write it itself. @returns undefined when it left no row */
export function sessionEndOf(
  sessionId: string,
  how: HowEnded,
  { journal, clock }: { readonly journal: Journal; readonly clock: Clock },
): JournalEvent | undefined {
  const past = journal.reader.sessionPast(sessionId);
  const [first] = past;
  const last = past.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const ms = first.boot === journal.boot ? clock.monoMs() - first.mono : Math.max(0, clock.wallMs() - first.wall);
  const fields = {
    sessionId: sessionIdSchema.parse(sessionId),
    how,
    ms,
    journal: { from: first.j, to: last.j, head: journal.head().hash },
  };
  return { kind: 'session-ended', fields };
}

/** Where the rows of a session stand. @returns undefined when it left none */
export function lastSessionOf(sessionId: string, journal: Journal): LastSession | undefined {
  const past = journal.reader.sessionPast(sessionId);
  const [first] = past;
  const last = past.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const seqs = past.map((row) => (typeof row['seq'] === 'number' ? row['seq'] : 0));
  return { sessionId, fromJ: first.j, toJ: last.j, toSeq: Math.max(0, ...seqs) };
}

/** In which language a dead session had spoken. */
export function langOf(past: Assignment['past']): Language {
  return past.some((row) => row.kind === 'session-started' && row['lang'] === 'en') ? 'en' : 'zh-CN';
}
