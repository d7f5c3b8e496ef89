import { err, ok, type CancelTimer, type Result } from '@yimen/contracts/base';
import type { SimulatedDevice, SimulatorContext } from '../../testing/simulated-device.ts';
import { SimulatedWire, WIRE_FAULTS, type WireFault } from '../../testing/simulated-wire.ts';
import { HELD_PAPERS, type HeldPaper } from './simulator-codes.table.ts';
import { identityMessages, orderListener, scanReports, type ReportBend } from './simulator-reports.ts';

/** Milliseconds: from a paper to its code; between two reports at a machine's pace; between two reads of a storm; how
 *  long a triggered reading lasts. */
const MS = { look: 60, report: 4, storm: 250, reading: 5_000 } as const;
/** What the reader says of itself. */
const SELF = {
  ids: '0c2e:0b61',
  release: '0110',
  maker: 'Example',
  model: 'Scanner 1900',
  serial: 'SN-00042',
} as const;

const OWN_FAULTS = [
  'F12',
  'F44',
  'half-report',
  'wrong-id',
  'over-length',
  'endless',
  'no-aim',
  'keyboard',
  'other-serial',
  'no-serial',
  'by-trigger',
] as const;
type OwnFault = (typeof OWN_FAULTS)[number];

/** The simulated HID-POS reader behind a bridge that speaks the carrier, written from README.md alone. */
export function createSimulatedHidpos(context: SimulatorContext): SimulatedDevice {
  const { clock } = context;
  const on = new Set<OwnFault>();
  const watchers = new Set<() => void>();
  const counts = { scans: 0, reports: 0 };
  let held: { thing: string; paper: HeldPaper; isRead: boolean } | undefined;
  let isLit = false;
  /** Counts hosts: what is under way to a former one is not said to the next. */
  let host = 0;
  let busyUntilMs = 0;
  let stopLook: CancelTimer = () => undefined;
  let stopStorm: CancelTimer = () => undefined;
  let stopReading: CancelTimer = () => undefined;

  const changed = (): void => [...watchers].forEach((watcher) => watcher());
  const listen = orderListener(clock, {
    askIdentity: () => identityMessages(identity()).forEach(send),
    report: (report) => obey(report),
  });
  const wire = new SimulatedWire(context, listen.hear, changed);

  function identity(): string {
    const usage = on.has('keyboard') ? '0001:0006' : '008c:0002';
    const serial = on.has('other-serial') ? 'SN-99999' : on.has('no-serial') ? '' : SELF.serial;
    return [SELF.ids, usage, SELF.release, SELF.maker, SELF.model, serial].join(';');
  }

  /** Report 04: 01 begins a reading, 00 ends it. Readers that read by themselves do not know it. */
  function obey(report: Uint8Array): void {
    if (report[0] !== 0x04 || !on.has('by-trigger')) return;
    stopReading();
    stopLook();
    isLit = report[1] === 0x01;
    if (isLit) {
      stopReading = clock.after(MS.reading, darken);
      look();
    }
    changed();
  }

  function darken(): void {
    isLit = false;
    changed();
  }

  function isReading(): boolean {
    return wire.isPlugged && (isLit || !on.has('by-trigger'));
  }

  function look(): void {
    if (held === undefined || !isReading()) return;
    stopLook = clock.after(MS.look, () => {
      scan();
      stopReading();
      isLit = false;
      storm();
    });
  }

  /** F44: a code that was read comes again for as long as it lies there, whoever wants it. */
  function storm(): void {
    stopStorm();
    if (!on.has('F44') || held?.isRead !== true) return;
    stopStorm = clock.after(MS.storm, () => {
      scan();
      storm();
    });
  }

  function scan(): void {
    if (held === undefined || !wire.isPlugged) return;
    held.isRead = true;
    counts.scans += 1;
    const bend: ReportBend = {
      id: on.has('wrong-id') ? 3 : 2,
      hasAim: !on.has('no-aim'),
      isEndless: on.has('endless'),
      isOverLength: on.has('over-length'),
      isTorn: on.has('half-report'),
    };
    scanReports(held.paper, bend).forEach(send);
    changed();
  }

  /** One after another, as an interrupt endpoint gives them. */
  function send(message: Uint8Array): void {
    counts.reports += 1;
    if (context.speed === 'fast') return wire.send(message);
    const to = host;
    busyUntilMs = Math.max(busyUntilMs, clock.monoMs()) + MS.report;
    clock.after(busyUntilMs - clock.monoMs(), () => to === host && wire.send(message));
  }

  function beginHost(): void {
    host += 1;
    busyUntilMs = 0;
    listen.forget();
  }

  function fault(name: string): Result<void, string> {
    const plain = name === 'barcode-storm' ? 'F44' : name;
    const own = OWN_FAULTS.find((one) => one === plain);
    const cable: WireFault | undefined = own === 'F12' ? 'silent' : WIRE_FAULTS.find((one) => one === plain);
    if (own === undefined && cable === undefined) return err(`no such fault: ${name}`);
    if (cable !== undefined) wire.faults.add(cable);
    if (own !== undefined) on.add(own);
    if (own === 'F44') storm();
    changed();
    return ok(undefined);
  }

  return {
    id: 'qr-reader-any-hidpos',
    kind: 'qr-reader',
    faults: [...OWN_FAULTS, ...WIRE_FAULTS],
    attach(channel) {
      beginHost();
      wire.attach(channel);
    },
    put(thing) {
      const paper = HELD_PAPERS[thing];
      if (paper === undefined) return err(`no such code: ${thing}`);
      if (held !== undefined) return err(`${held.thing} is held before the window already`);
      held = { thing, paper, isRead: false };
      look();
      changed();
      return ok(undefined);
    },
    take() {
      if (held === undefined) return err('nothing is held before the window');
      const { thing } = held;
      held = undefined;
      stopLook();
      stopStorm();
      changed();
      return ok({ thing });
    },
    fault,
    clear() {
      on.clear();
      wire.faults.clear();
      stopStorm();
      changed();
    },
    unplug() {
      beginHost();
      stopLook();
      stopStorm();
      stopReading();
      isLit = false;
      wire.unplug();
    },
    plug() {
      wire.plug();
      if (held?.isRead === false) look();
    },
    state: () => ({
      lit: isReading(),
      holds: held?.thing ?? null,
      ...counts,
      faults: [...on, ...wire.faults],
      plugged: wire.isPlugged,
      connected: wire.isConnected,
    }),
    onChange(watcher) {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
  };
}
