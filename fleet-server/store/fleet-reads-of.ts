import { AppError, type Clock, type Result } from '@yimen/contracts/base';
import type { FleetReads, TerminalDetail, TerminalView } from './fleet-reads.ts';
import type { StoreFault } from './store-fault.ts';
import type { Group } from './store-group.ts';
import type { Reads } from './store-functions.table.ts';

/** A beat older than this tells nothing of now (fleet design §6, `terminal.offline`). */
const BEAT_STALE_MS = 150_000;

/** What the api may ask. @throws AppError with the store's fault code when the file cannot be read. */
export function fleetReadsOf(
  fleet: Group<Reads['fleet']>,
  alarms: Pick<Group<Reads['alarms']>, 'alarms'> & Pick<Group<Reads['variances']>, 'variances'>,
  clock: Clock,
): FleetReads {
  const terminals = async (filter: {
    town?: string | undefined;
    hall?: string | undefined;
    tid?: string | undefined;
  }): Promise<TerminalDetail[]> =>
    valueOf(await fleet.terminals({ ...filter, now: clock.wallMs(), staleMs: BEAT_STALE_MS }));
  return {
    towns: async () => valueOf(await fleet.towns()),
    halls: async () => valueOf(await fleet.halls()),
    terminals: async (filter) => (await terminals(filter)).map(viewOf),
    terminal: async (tid) => (await terminals({ tid }))[0],
    volumes: async (query) => valueOf(await fleet.volumes(query)),
    events: async (query) => valueOf(await fleet.events(query)),
    alarms: async (query) => valueOf(await alarms.alarms(query)),
    variances: async (query) => valueOf(await alarms.variances(query)),
    ledger: async (tid) => valueOf(await fleet.ledger({ tid })),
  };
}

function viewOf({ software: _software, services: _services, sys: _sys, ...view }: TerminalDetail): TerminalView {
  return view;
}

function valueOf<T>(result: Result<T, StoreFault>): T {
  if (result.ok) return result.value;
  throw new AppError(result.error.code, result.error.message);
}
