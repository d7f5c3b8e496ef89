import { readFileSync } from 'node:fs';
import type { LightConfig } from './light-config.ts';
import { LIGHT_DEVICES, LIGHT_SUPPLIES } from './devices.table.ts';
import type { LightLedgers } from './light-ledger.ts';
import { LightLink } from './light-link.ts';
import { freshMemory, LightStory } from './light-story.ts';
import { LIGHT_LIMITS } from './limits.table.ts';
import { SeededRandom } from './seeded-random.ts';
import { LIGHT_SERVICES } from './services.table.ts';

/** One light terminal: its story writes the ledger, its link brings it to the fleet. */
export class LightTerminal {
  readonly #ledgers: LightLedgers;
  readonly #story: LightStory;
  readonly #link: LightLink;
  readonly #serial: string;
  readonly #random: SeededRandom;
  #ticking: NodeJS.Timeout | undefined;

  constructor(
    config: LightConfig,
    terminal: LightConfig['terminals'][number],
    ledgers: LightLedgers,
    say: (line: string) => void,
  ) {
    const { tid, epoch } = terminal;
    this.#ledgers = ledgers;
    const ledger = ledgers.open(tid, epoch, freshMemory(config.seed, tid));
    this.#random = new SeededRandom('terminal', config.seed, tid);
    this.#serial = `L${this.#random.between(10_000, 99_999)}`;
    this.#story = new LightStory({ seed: config.seed, tid, pace: config.pace, ledger, now: Date.now() });
    this.#link = new LightLink({
      tid,
      epoch,
      mqttUrl: config.mqttUrl,
      ca: readFileSync(config.ca, 'utf8'),
      cert: readFileSync(terminal.cert, 'utf8'),
      key: readFileSync(terminal.key, 'utf8'),
      ledger,
      time: () => ({ boot: this.#story.boot, mono: this.#story.mono(Date.now()), wall: Date.now() }),
      birth: () => this.#birth(),
      beat: () => this.#beat(),
      beatMs: config.pace === 'fast' ? [1_000, 2_000] : null,
      say,
    });
  }

  /** Resolves when the fleet has acknowledged this terminal for the first time. */
  get linked(): Promise<void> {
    return this.#link.linked;
  }

  start(): void {
    this.#ledgers.together(() => this.#story.catchUp(Date.now()));
    this.#link.start();
    this.#ticking = setInterval(() => this.#tick(), LIGHT_LIMITS.tickMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#ticking);
    await this.#link.stop();
  }

  #tick(): void {
    const faults = this.#story.faults.length;
    if (this.#story.tick(Date.now())) this.#link.wake();
    // A device that fails or is well again is told at once, not at the next beat.
    if (this.#story.faults.length !== faults) this.#link.beatNow();
  }

  #birth(): Record<string, unknown> {
    return {
      software: { terminal: '0.1.0-light', image: 'simulated', contract: [1] },
      services: LIGHT_SERVICES.map(({ id }) => ({ id, release: 17 })),
      devices: LIGHT_DEVICES.map(({ module, driver, model }, index) => ({
        module,
        driver,
        model,
        serial: `${this.#serial}-${index + 1}`,
        firmware: '1.0',
      })),
    };
  }

  #beat(): Record<string, unknown> {
    const { faults, supplies, busy } = this.#story;
    const off = new Map(
      faults.flatMap((one) => one.lost.map((service): [string, string] => [service, `${one.module}.${one.state}`])),
    );
    return {
      state: faults.length === 0 ? 'inService' : 'degraded',
      busy,
      off: [...off].map(([service, why]) => ({ service, why })),
      modules: LIGHT_DEVICES.map(({ module }) => {
        const fault = faults.find((one) => one.module === module);
        return { module, state: fault?.state ?? 'online', fault: fault?.fault ?? null };
      }),
      supplies: LIGHT_SUPPLIES.map(({ unit, capacity }) => ({
        unit,
        count: supplies[unit] ?? 0,
        capacity,
        source: 'counted',
      })),
      sys: {
        cpuPct: this.#random.between(2, 12),
        memFreeMb: this.#random.between(1_800, 2_600),
        diskFreeMb: 51_200,
        tempC: this.#random.between(36, 47),
      },
    };
  }
}
