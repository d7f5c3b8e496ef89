import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootIdSchema, ok } from '@yimen/contracts/base';
import { moduleOf, type Unit } from '@yimen/contracts/device';
import type { JournalEvent } from '@yimen/contracts/journal';
import type { StaffAnswer, StaffList, StaffWish } from '@yimen/contracts/terminal';
import { ManualClock } from '@yimen/contracts/testing';
import { createDeviceManager, type DeviceManager } from '../../device-manager/index.ts';
import { FakeDeviceHost } from '../../device-manager/testing/fake-device-host.ts';
import { openJournal, type Journal } from '../../journal/index.ts';
import { touchDesk, type TouchDesk } from '../../touch-desk/index.ts';
import { createLog } from '../../platform/logger.ts';
import { systemRandom } from '../../platform/random.ts';
import { staffDesk, type StaffDesk } from '../index.ts';
import { BOOK_KINDS, EMPTY_BOOK, foldRow, journaledCount, type StaffBook } from '../staff-book.ts';

export const RUN = { 'door.front': 'locked', 'door.back': 'locked', keySwitch: 'run' } as const;
export const TURNED = { ...RUN, keySwitch: 'maintenance' } as const;

const unit = (type: Unit['type'], capacity: number, count: number): Unit => ({
  type,
  capacity,
  initialCount: count,
  count,
  retainCount: 0,
  threshold: 1,
  status: 'ok',
  replenishment: 'ok',
});

/** Staff at a machine of fake devices with a real journal; core can end at any moment and begin again on the same file. */
export class DeskBench {
  readonly clock = new ManualClock();
  readonly host = new FakeDeviceHost();
  citizen: 'none' | 'settling' | 'there' = 'none';
  readonly asked: string[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'yimen-desk-'));
  readonly #list: StaffList;
  #journal: Journal;
  #devices: DeviceManager | undefined;
  #desk: StaffDesk | undefined;
  #touch: TouchDesk | undefined;

  constructor(list: StaffList) {
    this.#list = list;
    this.host.add('cabinet-io', { sensors: RUN });
    this.host.add('licence-printer', {
      media: 'notPresent',
      units: { driving: unit('dispense', 100, 3), retract: unit('retain', 20, 0), ribbon: unit('ribbon', 500, 480) },
    });
    this.host.stackSerials.set('licence-printer', { driving: ['D001', 'D002', 'D003'] });
    this.#journal = this.#open();
  }

  get journal(): Journal {
    return this.#journal;
  }

  get desk(): StaffDesk {
    if (this.#desk === undefined) throw new Error('not started');
    return this.#desk;
  }

  get devices(): DeviceManager {
    if (this.#devices === undefined) throw new Error('not started');
    return this.#devices;
  }

  get touch(): TouchDesk {
    if (this.#touch === undefined) throw new Error('not started');
    return this.#touch;
  }

  async start(): Promise<void> {
    const { clock, host } = this;
    const log = createLog('silent');
    this.#devices = createDeviceManager({
      connect: () => Promise.resolve(ok(host.port())),
      journal: this.#journal,
      clock,
      random: systemRandom,
      log,
      servicesNeeding: () => [],
      isSessionRunning: () => this.desk.presence() === 'inside',
      heldByStaff: (device) => this.desk.heldOut(device),
      workOrder: () => this.desk.workOrder(),
    });
    this.#touch = touchDesk({
      journal: this.#journal,
      clock,
      services: () => [],
      isCitizenThere: () => this.citizen === 'there',
      onChange: () => undefined,
    });
    this.#desk = staffDesk({
      terminal: { tid: 'SD-DALIANG-01', zh: '大良', en: 'Daliang', demo: true },
      journal: this.#journal,
      devices: this.#devices,
      touch: this.#touch,
      clock,
      random: systemRandom,
      log,
      list: () => ok(this.#list),
      citizen: () => this.citizen,
      wrapUp: () => this.asked.push('wrapUp'),
      rest: () => this.asked.push('rest'),
    });
    this.#desk.start();
    this.#devices.start();
    await this.settle();
  }

  /** Core dies where it stands; the device host and its devices do not notice. */
  async restart(): Promise<void> {
    this.#desk?.stop();
    this.#devices?.stop();
    this.#journal.close();
    this.#journal = this.#open();
    await this.start();
  }

  turn(sensors: Readonly<Record<string, string>>): void {
    this.host.set('cabinet-io', { sensors });
  }

  async settle(): Promise<void> {
    for (let i = 0; i < 20; i += 1) {
      await this.clock.advance(0);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  wish(wish: StaffWish): Promise<StaffAnswer> {
    return this.desk.wish(wish);
  }

  async signIn({ card, pin }: { card: string; pin: string }, workOrder: string | null = null): Promise<StaffAnswer> {
    this.turn(TURNED);
    return this.wish({ act: 'signIn', card, pin, workOrder });
  }

  /** The fields of every row of one kind. */
  rows<K extends JournalEvent['kind']>(kind: K): Record<string, unknown>[] {
    return this.#journal.reader
      .rawAfter(0, 5_000)
      .filter((row) => row['kind'] === kind)
      .map((row) => JSON.parse(String(row['body'])) as Record<string, unknown>);
  }

  book(): StaffBook {
    let book = EMPTY_BOOK;
    for (const row of this.#journal.reader.staffRows(BOOK_KINDS, 0)) book = foldRow(book, row);
    return book;
  }

  /** Units whose count neither the journal nor a variance record explains (invariant I6, faults §4.5). Checked with no
   *  exchange open. */
  unbalanced(): string[] {
    const book = this.book();
    const differing = [...book.variances.values()].map(({ module, unit: name }) => `${module}.${name}`);
    return [...this.host.statuses].flatMap(([device, { units }]) =>
      book.exchanges.has(device)
        ? []
        : Object.entries(units).flatMap(([name, { count, initialCount, type }]) => {
            const is = `${moduleOf(device)}.${name}`;
            const journaled = journaledCount(book, device, name);
            const isBin = type === 'retain' || type === 'reject';
            const isWrong = isBin ? journaled !== null && journaled !== count : count > initialCount;
            return isWrong && !differing.includes(is) ? [`${is}: ${count}, not ${journaled ?? initialCount}`] : [];
          }),
    );
  }

  close(): void {
    this.#desk?.stop();
    this.#devices?.stop();
    this.#journal.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #open(): Journal {
    const opened = openJournal({
      folder: this.#folder,
      tid: 'SD-DALIANG-01',
      epoch: 1,
      boot: bootIdSchema.parse('b7f3c1d2'),
      clock: this.clock,
    });
    if (!opened.ok) throw new Error(opened.error.message);
    return opened.value;
  }
}
