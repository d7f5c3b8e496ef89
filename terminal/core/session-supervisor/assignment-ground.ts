import type { Assignment } from '@yimen/contracts/terminal';

/** What every assignment says beside whose it is. */
export type AssignmentGround = Omit<
  Assignment,
  'sessionId' | 'purpose' | 'lang' | 'mode' | 'deviceHost' | 'lastOperation' | 'newestOperationId' | 'past' | 'recovers'
>;
