import { err, ok, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import type { Heartbeat } from '@yimen/contracts/fleet';
import type { JournalEvent } from '@yimen/contracts/journal';
import type { ConsoleState } from '@yimen/contracts/terminal';
import type { Journal } from '../journal/index.ts';
import { faultOf } from '../platform/fault.ts';
import { isSilent, silentAfter, type SessionEnd } from './silent-sessions.ts';

/** Why the touch screen is taken for faulty, and since when by the wall clock. */
export type TouchFault = NonNullable<ConsoleState['touch']>;

/** The module as the journal and the fleet name it. It has no host: what is known of it is inferred. */
const MODULE = 'touchScreen';
const FAULT_CODES = { ghost: 'touch.ghost', noTouch: 'touch.silent' } as const;

export interface TouchDeskOptions {
  readonly journal: Pick<Journal, 'append' | 'reader'>;
  readonly clock: Clock;
  /** Services that a machine without its touch screen does not offer. */
  readonly services: () => readonly string[];
  /** A citizen is served: property and money first, so that the fault counts from the end of that session. */
  readonly isCitizenThere: () => boolean;
  readonly onChange: () => void;
}

/** What is made of the citizen's touch screen, which cannot report itself (faults F64). Once faulty it stays so, over
 *  every restart, until staff at the machine have tested it. */
export interface TouchDesk {
  fault(): TouchFault | undefined;
  /** Nobody new is served. */
  isOut(): boolean;
  /** The page has judged that the screen acts by itself. */
  ghostSeen(): void;
  sessionEnded(end: SessionEnd): void;
  /** Staff have tested the screen. @fault configuration nothing is wrong with it; JOURNAL_… it was not recorded, and it
   *  stays faulty */
  clear(by: { readonly who: string; readonly workOrder: string | null }): Result<void, Fault>;
  /** As a beat tells it; nothing on a terminal where it was never faulty. */
  modules(): Heartbeat['modules'];
  /** Records what a journal in trouble had refused. */
  retry(): void;
}

export function touchDesk(options: TouchDeskOptions): TouchDesk {
  return new Desk(options);
}

class Desk implements TouchDesk {
  readonly #options: TouchDeskOptions;
  #fault: TouchFault | undefined;
  #isRecorded = true;
  #wasEverFaulty: boolean;
  #silent = 0;

  constructor(options: TouchDeskOptions) {
    this.#options = options;
    const last = options.journal.reader.lastStatus(MODULE);
    this.#wasEverFaulty = last !== undefined;
    if (last?.fields.state === 'hardwareError')
      this.#fault = { what: last.fields.fault === FAULT_CODES.noTouch ? 'noTouch' : 'ghost', since: last.wall };
  }

  fault(): TouchFault | undefined {
    return this.#fault;
  }

  isOut(): boolean {
    return this.#fault !== undefined && !this.#options.isCitizenThere();
  }

  ghostSeen(): void {
    this.#fail('ghost');
  }

  sessionEnded(end: SessionEnd): void {
    this.#silent = silentAfter(this.#silent, end);
    if (isSilent(this.#silent)) this.#fail('noTouch');
  }

  clear({ who, workOrder }: { readonly who: string; readonly workOrder: string | null }): Result<void, Fault> {
    if (this.#fault === undefined)
      return err(faultOf('configuration', 'the touch screen is not taken for faulty', 'configuration'));
    const fields = {
      who,
      action: 'touch-cleared',
      workOrder,
      before: `${MODULE}: ${FAULT_CODES[this.#fault.what]}`,
      after: `${MODULE}: online`,
    };
    const written = this.#options.journal.append([
      { kind: 'staff-action', fields },
      { kind: 'device-status', fields: { module: MODULE, state: 'online', fault: null, media: null, lost: [] } },
    ]);
    if (!written.ok) return written;
    this.#fault = undefined;
    this.#isRecorded = true;
    this.#silent = 0;
    this.#options.onChange();
    return ok(undefined);
  }

  modules(): Heartbeat['modules'] {
    if (this.#fault !== undefined)
      return [{ module: MODULE, state: 'hardwareError', fault: FAULT_CODES[this.#fault.what] }];
    return this.#wasEverFaulty ? [{ module: MODULE, state: 'online' }] : [];
  }

  retry(): void {
    if (this.#isRecorded || this.#fault === undefined) return;
    this.#isRecorded = this.#options.journal.append([this.#row(this.#fault)]).ok;
  }

  /** What was seen first stands: a second sign of a screen that is out already is no news. */
  #fail(what: TouchFault['what']): void {
    if (this.#fault !== undefined) return;
    this.#fault = { what, since: this.#options.clock.wallMs() };
    this.#wasEverFaulty = true;
    this.#isRecorded = false;
    this.retry();
    this.#options.onChange();
  }

  #row({ what }: TouchFault): JournalEvent {
    const lost = this.#options.services().slice(0, 32);
    return {
      kind: 'device-status',
      fields: { module: MODULE, state: 'hardwareError', fault: FAULT_CODES[what], media: null, lost },
    };
  }
}
