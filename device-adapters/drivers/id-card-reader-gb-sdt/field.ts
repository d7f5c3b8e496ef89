import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault, MediaState } from '@yimen/contracts/device';
import type { Said, SdtDialogue, Until } from './dialogue.ts';
import { SDT_LIMITS } from './limits.table.ts';
import { COMMANDS, type RawCommand, type RawReply } from './protocol.ts';
import { faultOfFailure, isCardFault, NO_CONTENT, NOT_FOUND } from './status.ts';

/** The card on the reader as this driver has found it. A card answers *find* once, so what was found is remembered
 *  (README.md, "Is the card still there?"). */
export class SdtField {
  readonly #dialogue: SdtDialogue;
  #card: 'none' | 'found' | 'selected' = 'none';

  constructor(dialogue: SdtDialogue) {
    this.#dialogue = dialogue;
  }

  get media(): MediaState {
    return this.#card === 'none' ? 'notPresent' : 'present';
  }

  /** The field was off, or another host was there: what was remembered is not so any more. */
  forget(): void {
    this.#card = 'none';
  }

  /** Asks for a card that has not been found yet.
   *  @fault what *find* failed with, other than that there is none. */
  async find(until: Until): Promise<Result<boolean, Fault>> {
    const said = await this.#dialogue.say(COMMANDS.find, until);
    if (!said.ok) return said;
    const isFound = said.value === 'good';
    this.#card = isFound ? 'found' : 'none';
    const fault = said.value === 'good' ? undefined : faultOfFailure(said.value.code);
    return fault === undefined || fault.code === 'noMedia' ? ok(isFound) : err(fault);
  }

  /** Whether a card lies there, found now or remembered. */
  async isCardThere(until: Until): Promise<Result<boolean, Fault>> {
    if (this.#card === 'none') return this.find(until);
    const isFound = this.#card === 'found';
    const said = await (isFound ? this.#select(until) : this.#dialogue.say(COMMANDS.cardNumber, until));
    if (!said.ok) return said;
    // Any other answer may come from a card that went: only a fresh field tells.
    const isSure = said.value === 'good' || said.value.code === NO_CONTENT;
    return isSure ? ok(true) : this.#findAgain(until);
  }

  /** The reply of the card that lies there. One that refuses is looked for anew and tried again; the second fault stands.
   *  @param answers an SW3 that is an answer and no fault
   *  @fault noMedia, also when it was lifted meanwhile; else what the card or the reader refused with. */
  async reply(command: RawCommand, until: Until, answers: string): Promise<Result<RawReply, Fault>> {
    const none = faultOfFailure(NOT_FOUND);
    let fault = none;
    let there = await this.isCardThere(until);
    for (let tries = 0; tries < SDT_LIMITS.cardTries; tries += 1) {
      if (!there.ok) return there;
      if (!there.value) break;
      const reply = await this.#try(command, until);
      if (!reply.ok) return reply;
      if (reply.value.kind === 'good' || reply.value.code === answers) return reply;
      fault = faultOfFailure(reply.value.code);
      if (!isCardFault(fault)) return err(fault);
      there = await this.#findAgain(until);
    }
    if (!there.ok) return there;
    return err(there.value ? fault : none);
  }

  async #try(command: RawCommand, until: Until): Promise<Result<RawReply, Fault>> {
    if (this.#card !== 'selected') {
      const said = await this.#select(until);
      if (!said.ok) return said;
      if (said.value !== 'good') return ok({ kind: 'failed', code: said.value.code });
    }
    return this.#dialogue.ask(command, until);
  }

  async #select(until: Until): Promise<Result<Said, Fault>> {
    const said = await this.#dialogue.say(COMMANDS.select, until);
    if (said.ok && said.value === 'good') this.#card = 'selected';
    return said;
  }

  /** A card that was found answers *find* again when the SAM was reset, and only one that still lies there does. */
  async #findAgain(until: Until): Promise<Result<boolean, Fault>> {
    this.#card = 'none';
    const reset = await this.#dialogue.expect(COMMANDS.resetSam, until);
    return reset.ok ? this.find(until) : reset;
  }
}
