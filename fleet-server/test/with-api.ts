import type { Clock } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { createApi, type Api } from '../api/api.ts';
import type { Role } from '../staff/roles.table.ts';
import { createStaff, type Principal, type Staff } from '../staff/staff.ts';
import { FakeFleet } from './fake-fleet-reads.ts';
import { FakeStaffRecords } from './fake-staff-records.ts';

/** Headers that our own page sends with every change. */
export const OWN_PAGE = {
  host: 'localhost:7000',
  origin: 'http://localhost:7000',
  'sec-fetch-site': 'same-origin',
  'x-csrf': '1',
};

/** The bearer token of the tests: `role-` and a role, padded to a token's length. */
export function tokenOf(role: Role): string {
  return `test-token-of-a-${role}`;
}

export interface ApiBench {
  readonly api: Api;
  readonly fleet: FakeFleet;
  readonly records: FakeStaffRecords;
  readonly staff: Staff;
  readonly clock: ManualClock;
  /** Signs in as viewer and operator; gives the cookie header. */
  signIn(): Promise<string>;
}

/** Runs `test` with the real api over fakes of its neighbours, and takes it down again. */
export async function withApi(
  test: (bench: ApiBench) => Promise<void>,
  options: { readonly dashboardDir?: string; readonly scheme?: 'http' | 'https'; readonly clock?: Clock } = {},
): Promise<void> {
  const manual = new ManualClock();
  const clock = options.clock ?? manual;
  const fleet = new FakeFleet(clock.wallMs());
  const records = new FakeStaffRecords();
  const staff = createStaff({ records, clock });
  const auth = { hosts: ['localhost'], scheme: options.scheme ?? ('http' as const), extraAuth: principalOfToken };
  const api = await createApi({
    reads: fleet,
    changes: fleet,
    alarms: fleet,
    variances: fleet,
    staff,
    clock,
    auth,
    dashboardDir: options.dashboardDir,
  });
  const signIn = async (): Promise<string> => {
    const code = await staff.issueSignInCode({ staffId: 'staff-1', roles: ['viewer', 'operator'] });
    const reply = await api.app.inject({ method: 'POST', url: '/api/session', headers: OWN_PAGE, payload: { code } });
    return String(reply.headers['set-cookie']).split(';', 1)[0] ?? '';
  };
  try {
    await test({ api, fleet, records, staff, clock: manual, signIn });
  } finally {
    await api.close();
  }
}

function principalOfToken(token: string): Principal | undefined {
  const role = /^test-token-of-a-([a-z]+)$/.exec(token)?.[1];
  return role === undefined
    ? undefined
    : { staffId: `test-${role}`, roles: [role as Role], sessionHash: null, expiresAt: null };
}
