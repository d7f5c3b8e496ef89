import type { CancelTimer, Clock, RandomBytes, Result } from '@yimen/contracts/base';
import { CASE_OFFICES } from '@yimen/contracts/back-office';
import { openGatewayKeys } from './gateway-keys.ts';
import type { GatewayLog } from './gateway-log.ts';
import { createGatewayServer, type AcceptancesOf, type GatewayTls, type ListenFault } from './gateway-server.ts';
import { GATEWAY_LIMITS } from './limits.table.ts';
import { createNeighbourHalls, type HallReads } from './neighbour-halls.ts';
import type { NoticeLoop } from './news/notice-loop.ts';
import type { OfficeFactories, Offices, OfficialNumbers } from './office-adapter.ts';
import { createOfficeErrands } from './office-errands.ts';
import { type OpenCompensation, openCompensations } from './compensations/open-compensations.ts';
import { createOperationBook, type OperationBook } from './operation-book.ts';
import { OperationDesk } from './operation-desk.ts';
import type { OperationsFault, OperationsPort } from './operations-port.ts';
import { createPaidBills } from './news/paid-bills.ts';
import { createReviewNews } from './news/review-news.ts';
import { createSettler, type Settler } from './settler.ts';
import type { AllowList } from './terminal-identity.ts';

export interface GatewayOptions {
  /** The store's operations. */
  readonly operations: OperationsPort;
  readonly tls: GatewayTls;
  readonly allowList: AllowList;
  readonly offices: OfficeFactories;
  readonly halls: HallReads;
  readonly acceptances: AcceptancesOf;
  /** Holds `gateway.key`; one gateway at a time. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: GatewayLog;
}

export interface Gateway {
  /** Takes up what an earlier run left open, then listens; port 0 takes a free one. */
  listen(port: number, host?: string): Promise<Result<number, ListenFault>>;
  /** Cuts the open connections of a terminal that was taken off the allow-list. */
  kick(terminalId: string): void;
  /** Cases whose money is with us and has not served its purpose: for whoever reconciles. */
  openCompensations(): Promise<Result<readonly OpenCompensation[], OperationsFault>>;
  /** Stops taking requests and asking offices; what is open is taken up by the next run. */
  close(): Promise<void>;
}

/** Terminals' business requests to the back offices: durable, idempotent, one adapter for each office.
 *  @throws AppError when `dataDir` holds something that is not this gateway's key. */
export function createGateway(options: GatewayOptions): Gateway {
  const { operations, clock, random, log } = options;
  const keys = openGatewayKeys(options.dataDir, random);
  const book = createOperationBook(operations, keys, clock);
  const offices = openOffices(options.offices, book.numbers);
  const paid = createPaidBills({ book, offices, clock, log });
  const errands = createOfficeErrands({ offices, paid, random });
  const desk = new OperationDesk({ book, errands, keys, clock, log, settler: () => settler });
  const settler: Settler = createSettler({ clock, log, askAgain: (operationId) => desk.askAgain(operationId) });
  const news: NoticeLoop[] = [
    paid,
    ...CASE_OFFICES.map((office) => createReviewNews({ office, adapter: offices[office], book, settler, clock, log })),
  ];
  const halls = createNeighbourHalls(options.halls, clock);
  const { tls, allowList, acceptances } = options;
  const server = createGatewayServer({ tls, allowList, desk, halls, acceptances, clock, log });
  const chores = createChores({ book, settler, clock, log });
  return {
    listen: async (port, host = '127.0.0.1') => {
      await chores.takeUp();
      const heard = await server.listen(port, host);
      if (heard.ok) {
        for (const loop of news) loop.start();
        chores.start();
      }
      return heard;
    },
    kick: (terminalId) => server.kick(terminalId),
    openCompensations: () => openCompensations(book),
    close: async () => {
      for (const loop of news) loop.stop();
      chores.stop();
      settler.stop();
      await server.close();
      await ended(clock, desk.idle());
      // What ended meanwhile as unknown came to a stopped settler: the next run takes it up.
      settler.stop();
    },
  };
}

function openOffices(make: OfficeFactories, numbers: OfficialNumbers): Offices {
  return {
    exitEntry: make.exitEntry(numbers),
    vehicle: make.vehicle(numbers),
    household: make.household(numbers),
    payment: make.payment(numbers),
  };
}

interface Chores {
  /** Gives operations of earlier runs to the settler. */
  takeUp(): Promise<void>;
  start(): void;
  stop(): void;
}

function createChores(parts: { book: OperationBook; settler: Settler; clock: Clock; log: GatewayLog }): Chores {
  const { book, settler, clock, log } = parts;
  const timers = new Map<string, CancelTimer>();
  const every = (name: string, ms: number, fn: () => Promise<void>): void => {
    timers.set(
      name,
      clock.after(ms, () => {
        fn().catch((error: unknown) =>
          log.broken({ what: name, error: error instanceof Error ? error.message : String(error) }),
        );
        every(name, ms, fn);
      }),
    );
  };
  const takeUp = async (): Promise<void> => {
    const open = await book.open(GATEWAY_LIMITS.settleBatch);
    // One that is being asked right now is skipped by the desk, so nothing is asked twice at a time.
    if (open.ok) for (const record of open.value) settler.add(record);
  };
  return {
    takeUp,
    start: () => {
      every('open operations', GATEWAY_LIMITS.settleLookMs, takeUp);
      every('old answers', GATEWAY_LIMITS.answersForgetEveryMs, async () => {
        const forgotten = await book.forgetAnswers(clock.wallMs() - GATEWAY_LIMITS.answersKeptMs);
        if (!forgotten.ok) log.broken({ what: 'old answers', error: forgotten.error.message });
      });
    },
    stop: () => {
      for (const cancel of timers.values()) cancel();
      timers.clear();
    },
  };
}

async function ended(clock: Clock, work: Promise<void>): Promise<void> {
  let cancel: CancelTimer = () => undefined;
  const deadline = new Promise<void>((resolve) => {
    cancel = clock.after(GATEWAY_LIMITS.closeMs, resolve);
  });
  await Promise.race([work, deadline]);
  cancel();
}
