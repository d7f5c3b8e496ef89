import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { deviceFault } from '../../driver-kit/device-faults.ts';
import { faultOfError } from './errors.table.ts';
import type { Crt591Link, Exchange } from './link.ts';
import { CRT591_LIMITS } from './limits.table.ts';
import { COMMANDS, decodeSerial, type RawCommand, type RawReply } from './protocol.ts';

/** Answers of a unit that does not know an init that counts: undefined command, parameter, no such hardware, data. */
const NOT_KNOWN: ReadonlySet<string> = new Set(['00', '01', '03', '04']);

/** The init that lets the bin be counted, or the plain one of a unit that does not know it. Both keep the card. */
export class Initialiser {
  readonly #link: Crt591Link;
  #command: RawCommand = COMMANDS.initCounting;

  constructor(link: Crt591Link) {
    this.#link = link;
  }

  async run(): Promise<Exchange> {
    const first = await this.#send();
    const isKnown = first.seen !== 'reply' || first.reply.kind === 'positive' || !NOT_KNOWN.has(first.reply.errorCode);
    if (isKnown || this.#command === COMMANDS.initKeep) return first;
    this.#command = COMMANDS.initKeep;
    return this.#send();
  }

  #send(): Promise<Exchange> {
    return this.#link.exchange(this.#command, CRT591_LIMITS.motionMs, 'onSilence');
  }
}

/** The serial number as A2 told it; `undefined`: the unit wants to be initialised before it says so. */
export function serialOf(reply: RawReply): Result<string | undefined, Fault> {
  if (reply.kind === 'negative') {
    const fault = faultOfError(reply.errorCode);
    return fault.vendorCode === 'B0' ? ok(undefined) : err(fault);
  }
  const serial = decodeSerial(reply.data);
  return serial === undefined
    ? err(deviceFault('configuration', 'no serial number in the answer', 'configuration'))
    : ok(serial);
}
