import type { CancelTimer, Clock, Result } from '@yimen/contracts/base';

/** A key that may speak no more. */
export interface StoppedKey {
  readonly tid: string;
  readonly spkiHash: string;
  readonly changedAt: number;
}

export interface RevocationParts {
  /** Keys of the allow-list that are not active and were changed at or after `since`. */
  readonly stopped: (input: {
    since: number;
  }) => Promise<Result<readonly StoppedKey[], { readonly code: string; readonly message: string }>>;
  /** Cuts a terminal's live MQTT and HTTP connections. */
  readonly kick: (tid: string) => Promise<void>;
  readonly clock: Clock;
  readonly log: {
    cut(line: { tid: string }): void;
    unreadable(line: { code: string; message: string }): void;
  };
}

/** A row is acted upon within this time and a second of its own; the trust design allows ten seconds (§4). */
const LOOK_MS = 5_000;
/** Rows carry the time of who wrote them; a writer's clock may be late by this much. */
const LATE_WRITER_MS = 10 * 60_000;

/** Cuts the live connections of whoever was taken off the allow-list, whoever wrote that row: new connections and
 *  requests are refused by the list itself, an open MQTT link would not ask it again. A terminal whose older key was
 *  retired at a renewal is cut once, too, and comes back with the new one. */
export class RevocationWatch {
  readonly #parts: RevocationParts;
  #cancel: CancelTimer = () => undefined;
  #since: number;
  #seen = new Set<string>();
  #stopped = false;

  constructor(parts: RevocationParts) {
    this.#parts = parts;
    // Nobody was connected before.
    this.#since = parts.clock.wallMs();
  }

  start(): void {
    this.#cancel = this.#parts.clock.after(LOOK_MS, () => {
      void this.#look().finally(() => {
        if (!this.#stopped) this.start();
      });
    });
  }

  stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    return Promise.resolve();
  }

  async #look(): Promise<void> {
    const { stopped, kick, clock, log } = this.#parts;
    const now = clock.wallMs();
    const rows = await stopped({ since: this.#since - LATE_WRITER_MS });
    if (!rows.ok) {
      log.unreadable({ code: rows.error.code, message: rows.error.message });
      return;
    }
    const fresh = rows.value.filter((row) => !this.#seen.has(nameOf(row)));
    // Only what is answered again has to be remembered.
    this.#seen = new Set(rows.value.map(nameOf));
    this.#since = now;
    for (const tid of new Set(fresh.map((row) => row.tid))) {
      log.cut({ tid });
      await kick(tid);
    }
  }
}

function nameOf({ tid, spkiHash, changedAt }: StoppedKey): string {
  return `${tid} ${spkiHash} ${changedAt}`;
}
