import type { Clock } from '@yimen/contracts/base';
import type { FleetReads } from '../store/fleet-reads.ts';
import type { Staff } from '../staff/staff.ts';
import type { CspReports } from './csp-reports.ts';
import type { LiveFeed } from './live-feed.ts';

/** What the alarms room does for the api. */
export interface AlarmActions {
  /** Acknowledges an alarm by name (ISA-18.2). `notOpen`: it is in no state that waits for acknowledgement. */
  acknowledge(alarm: {
    readonly id: string;
    readonly by: string;
    readonly at: number;
  }): Promise<'acknowledged' | 'unknown' | 'notOpen'>;
}

/** What the store does for the api beside reading. */
export interface VarianceActions {
  /** The fleet's acceptance of a counted difference. `notOpen`: somebody was earlier. */
  accept(acceptance: {
    readonly id: string;
    readonly by: string;
    readonly reason: string;
    readonly at: number;
  }): Promise<'accepted' | 'unknown' | 'notOpen'>;
}

/** What routes are built from. */
export interface RouteDeps {
  readonly reads: FleetReads;
  readonly alarms: AlarmActions;
  readonly variances: VarianceActions;
  readonly staff: Staff;
  readonly live: LiveFeed;
  readonly cspReports: CspReports;
  readonly clock: Clock;
}
