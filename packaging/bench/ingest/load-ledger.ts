import { createHash } from 'node:crypto';
import { ledgerGenesisText } from '@yimen/contracts/fleet';

const BOOT = 'bench-boot-1';
const SESSION = 's7Qk2mVd0aYt';
const MS_APART = 1_000;
const HEAD = 'NladMX_9teHbMh5ATa7k4sbT-5B0oQkYpE5mvUE6nKw';

/** The ledger of one terminal of the load: events of about 256 bytes (the end of a session with its journal's head), with
 *  their chain, as the wire contract wants them (fleet contract §2.3). */
export class LoadLedger {
  readonly #wall: number;
  #seq = 0;
  #hash: Buffer;

  constructor(tid: string, wall: number) {
    this.#wall = wall;
    this.#hash = createHash('sha256').update(ledgerGenesisText(tid, 1)).digest();
  }

  get last(): number {
    return this.#seq;
  }

  /** The next payload of `up/ev`, with so many new events. */
  next(events: number): string {
    const from = this.#seq + 1;
    const prev = this.#hash.toString('base64url');
    const texts: string[] = [];
    for (let i = 0; i < events; i += 1) {
      this.#seq += 1;
      const text = eventText(this.#seq, this.#wall);
      this.#hash = createHash('sha256').update(this.#hash).update(text).digest();
      texts.push(text);
    }
    const t = `{"boot":"${BOOT}","mono":${this.#seq * MS_APART + 500},"wall":${this.#wall + this.#seq * MS_APART},"srv":null}`;
    const chain = `{"prev":"${prev}","head":"${this.#hash.toString('base64url')}"}`;
    return `{"v":1,"linkSession":1,"t":${t},"epoch":1,"from":${from},"events":[${texts.join(',')}],"chain":${chain}}`;
  }
}

/** Members in the order of RFC 8785, so that the text is the canonical form itself. */
function eventText(seq: number, wall: number): string {
  const at = seq * MS_APART;
  const journal = `{"from":${seq * 3},"head":"${HEAD}","to":${seq * 3 + 2}}`;
  return `{"boot":"${BOOT}","how":"finished","j":${seq * 3 + 2},"journal":${journal},"kind":"session-ended","mono":${at},"ms":41250,"seq":${seq},"sessionId":"${SESSION}","wall":${wall + at}}`;
}
