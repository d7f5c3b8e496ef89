import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import type { Gm65Dialogue, Until } from './dialogue.ts';
import { COMMANDS, decodeSettings, REGISTERS, wantedRegisters, writeCommand, type RawRegister } from './protocol.ts';
import { registerFault } from './status.ts';

/** The registers that must be ours: read, written, read back. */
export class Gm65Registers {
  readonly #dialogue: Gm65Dialogue;
  readonly #wanted: readonly RawRegister[];
  readonly #isAim: boolean;

  constructor(dialogue: Gm65Dialogue, isAim: boolean) {
    this.#dialogue = dialogue;
    this.#isAim = isAim;
    this.#wanted = wantedRegisters(isAim);
  }

  /** Those that do not hold what they should. */
  async wrong(until: Until): Promise<Result<readonly RawRegister[], Fault>> {
    const held = await this.#read(until);
    if (!held.ok) return held;
    return ok(this.#wanted.filter(({ address, value }) => held.value.get(address) !== value));
  }

  /** Writes what is wrong, reads it back, and saves it: only then, because an EEPROM wears.
   *  @fault hardwareError a register does not keep it; timeOut, offline. */
  async set(until: Until): Promise<Result<void, Fault>> {
    const wrong = await this.wrong(until);
    if (!wrong.ok || wrong.value.length === 0) return wrong.ok ? ok(undefined) : wrong;
    for (const { address, value } of wrong.value) {
      const written = await this.#dialogue.ask(writeCommand(address, value), until);
      if (!written.ok) return written;
    }
    const still = await this.wrong(until);
    if (!still.ok) return still;
    const [first] = still.value;
    if (first !== undefined) return err(registerFault(first.address));
    const saved = await this.#dialogue.ask(COMMANDS.save, until);
    return saved.ok ? ok(undefined) : saved;
  }

  async #read(until: Until): Promise<Result<ReadonlyMap<number, number>, Fault>> {
    const settings = await this.#dialogue.ask(COMMANDS.readSettings, until);
    if (!settings.ok) return settings;
    const held = new Map(decodeSettings(settings.value).map(({ address, value }) => [address, value]));
    for (const [command, address] of [
      [COMMANDS.readTail, REGISTERS.tail],
      ...(this.#isAim ? [[COMMANDS.readAim, REGISTERS.aim] as const] : []),
    ] as const) {
      const answer = await this.#dialogue.ask(command, until);
      if (!answer.ok) return answer;
      held.set(address, answer.value[0] ?? 0);
    }
    return ok(held);
  }
}
