import { err, ok, type Result } from '@yimen/contracts/base';
import type { LastOperation } from '@yimen/contracts/back-office';
import type { Fault, Lease } from '@yimen/contracts/device';
import { EVENTS, type JournalEvent } from '@yimen/contracts/journal';
import type { PastEvent } from '@yimen/contracts/terminal';
import type { CoreLink } from '../runner/ports.ts';

/** Core without a process: checks every event against the event table, as the journal does, and keeps it. */
export class FakeCore implements CoreLink {
  readonly rows: PastEvent[] = [];
  readonly leases = new Set<string>();
  ended_: { how: string; propertyOut: boolean } | null = null;
  isUsed: boolean | undefined;
  last: LastOperation | null = null;
  /** From this row on nothing can be written (disk full). */
  fullAt = Number.POSITIVE_INFINITY;
  /** The process dies when it wants to write this row: the row is not kept and no answer ever comes. */
  diesAtRow = Number.POSITIVE_INFINITY;
  /** A row was refused because nothing could be written. */
  hasRefused = false;
  /** Devices that somebody else has. */
  readonly busy = new Set<string>();
  #leaseNumber = 0;

  append(events: readonly JournalEvent[]): Promise<Result<{ first: number; last: number; head: string }, Fault>> {
    const first = this.rows.length + 1;
    if (first + events.length > this.fullAt) {
      this.hasRefused = true;
      return Promise.resolve(err({ code: 'JOURNAL_FULL', message: 'disk full', action: 'maintenance' as const }));
    }
    if (first + events.length > this.diesAtRow) return new Promise(() => undefined);
    for (const event of events) {
      const fields = EVENTS[event.kind].fields.parse(event.fields);
      const row = {
        ...fields,
        j: this.rows.length + 1,
        ...(EVENTS[event.kind].forFleet ? { seq: this.rows.length + 1 } : {}),
        kind: event.kind,
        mono: 0,
        wall: 0,
        boot: 'boot-0001',
      } as PastEvent;
      this.rows.push(row);
    }
    return Promise.resolve(ok({ first, last: this.rows.length, head: 'h'.repeat(43) }));
  }

  claim(device: string): Promise<Result<Lease, Fault>> {
    if (this.busy.has(device))
      return Promise.resolve(err({ code: 'deviceBusy', message: 'another has it', action: 'suspend' as const }));
    this.#leaseNumber += 1;
    const leaseId = `lease-${String(this.#leaseNumber).padStart(4, '0')}`;
    this.leases.add(leaseId);
    return Promise.resolve(
      ok({
        leaseId,
        device,
        owner: { kind: 'session', id: 's' },
        hostEpoch: 'epoch-01',
        expiresAt: 0,
      } as unknown as Lease),
    );
  }

  onRelease: (lease: Lease) => void = () => undefined;
  release(lease: Lease): Promise<void> {
    this.leases.delete(lease.leaseId);
    this.onRelease(lease);
    return Promise.resolve();
  }
  remember(last: LastOperation): Promise<void> {
    this.last = last;
    return Promise.resolve();
  }
  listening(): Promise<void> {
    return Promise.resolve();
  }
  ended(how: string, propertyOut: boolean, isUsed?: boolean): Promise<void> {
    this.ended_ = { how, propertyOut };
    this.isUsed = isUsed;
    return Promise.resolve();
  }

  kinds(): string[] {
    return this.rows.map((row) => row.kind);
  }
  rowsOf(kind: string): PastEvent[] {
    return this.rows.filter((row) => row.kind === kind);
  }
}
