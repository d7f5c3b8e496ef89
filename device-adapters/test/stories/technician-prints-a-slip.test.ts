import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import {
  createSimulatedEscposPrinter,
  type SimulatedEscposPrinter,
} from '../../drivers/receipt-printer-epson-escpos/simulator.ts';
import { systemClock } from '../../host/system-clock.ts';
import { listenTcp } from '../../transport/tcp-listener.ts';

const PROBE = fileURLToPath(new URL('../../tools/probe.mjs', import.meta.url));
const DRIVER = 'receipt-printer-epson-escpos';

interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** A simulated printer on real TCP, as a network printer is. */
async function withPrinter(
  story: (printer: SimulatedEscposPrinter, probe: (...args: string[]) => Promise<Ran>) => Promise<void>,
): Promise<void> {
  const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));
  const printer = createSimulatedEscposPrinter({ clock: systemClock, random, speed: 'fast' });
  const listening = await listenTcp(0, systemClock, (channel) => printer.attach(channel));
  if (!listening.ok) throw new Error(listening.error.message);
  const at = ['--at', `tcp:127.0.0.1:${listening.value.port}`];
  const probe = (...args: string[]): Promise<Ran> =>
    new Promise((resolve) => {
      const child = execFile(process.execPath, [PROBE, DRIVER, ...at, ...args], (_, out, err) =>
        resolve({ status: child.exitCode ?? -1, out, err }),
      );
    });
  try {
    await story(printer, probe);
  } finally {
    await listening.value.close();
  }
}

it('prints Chinese and a QR code', () =>
  withPrinter(async (printer, probe) => {
    const printed = await probe('print', '--text', '你好', '--qr', 'x', '--json');
    expect(printed).toMatchObject({ status: 0, err: '' });
    expect(JSON.parse(printed.out)).toMatchObject({ driver: DRIVER, outcome: 'done' });
    expect(printer.state()).toMatchObject({ slips: 1, hangingQr: ['x'], unknownCommands: 0, refusedCommands: 0 });
    expect(String(printer.state()['hanging'])).toContain('你好');
  }));

it('identifies, tests, and says why nothing can be printed', () =>
  withPrinter(async (printer, probe) => {
    const identified = await probe('identify', '--json');
    expect(JSON.parse(identified.out)).toMatchObject({
      outcome: 'done',
      description: { model: 'TM-T88V', serial: 'ESCPOS-000417' },
    });
    expect(await probe('selftest')).toMatchObject({ status: 0, out: expect.stringContaining('done') as string });
    printer.fault('F24');
    const out = await probe('print', '--text', '你好');
    expect(out.status).toBe(1);
    expect(out.err.trim().split('\n').at(-1)).toMatch(/^paperOut: .*\(clear\)$/);
    expect(printer.state()).toMatchObject({ slips: 0, uncut: null });
  }));
