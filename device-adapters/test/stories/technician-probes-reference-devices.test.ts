import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createSimulatedEndorsementPrinter } from '../../drivers/endorsement-printer-yimen-ref1/simulator.ts';
import { createSimulatedPaymentTerminal } from '../../drivers/payment-terminal-yimen-ref1/simulator.ts';
import { systemClock } from '../../host/system-clock.ts';
import { CardPath } from '../../testing/card-path.ts';
import type { SimulatedDevice, SimulatorContext } from '../../testing/simulated-device.ts';
import { permitOf } from '../../testing/things.ts';
import { listenTcp } from '../../transport/tcp-listener.ts';

const PROBE = fileURLToPath(new URL('../../tools/probe.mjs', import.meta.url));
const CONTEXT: SimulatorContext = {
  clock: systemClock,
  random: (n) => new Uint8Array(randomBytes(n)),
  speed: 'fast',
};

type Probe = (...args: string[]) => Promise<{ status: number; out: string; json: Record<string, unknown> }>;

/** A simulated device on real TCP, as behind a serial server. */
async function withDevice(device: SimulatedDevice, story: (probe: Probe) => Promise<void>): Promise<void> {
  const listening = await listenTcp(0, systemClock, (channel) => device.attach(channel));
  if (!listening.ok) throw new Error(listening.error.message);
  const at = ['--at', `tcp:127.0.0.1:${listening.value.port}`];
  const probe: Probe = (...args) =>
    new Promise((resolve) => {
      const child = execFile(process.execPath, [PROBE, device.id, ...at, ...args, '--json'], (_, out) =>
        resolve({ status: child.exitCode ?? -1, out, json: JSON.parse(out) as Record<string, unknown> }),
      );
    });
  try {
    await story(probe);
  } finally {
    await listening.value.close();
  }
}

it('takes a card into the printer, reads its back without showing it, erases it, hands it back', async () => {
  const path = new CardPath();
  const card = permitOf('permit-li-na');
  card.panel = ['HKG G 1 2025-11-26 2026-02-26 E000001'];
  path.put(card);
  path.move('readPosition');
  await withDevice(createSimulatedEndorsementPrinter(CONTEXT, path), async (probe) => {
    expect(await probe('take')).toMatchObject({ status: 0, json: { outcome: 'done' } });
    expect(path.place).toBe('printer');
    const seen = await probe('read');
    expect(seen).toMatchObject({ status: 0, json: { fields: { mrz: '*** (30)', panel: ['*** (37)'] } } });
    expect(seen.out).not.toContain('E000001');
    expect(await probe('read', '--unmasked')).toMatchObject({ json: { fields: { panel: card.panel } } });
    expect(await probe('erase')).toMatchObject({ status: 0 });
    expect(card.panel).toEqual([]);
    expect(await probe('handback')).toMatchObject({ status: 0, json: { evidence: [{ detail: 'handedBack' }] } });
    expect(path.place).toBe('readPosition');
    expect(await probe('handback')).toMatchObject({
      status: 1,
      json: { outcome: 'notDone', fault: { code: 'noMedia', action: 'reset' } },
    });
  });
});

it('identifies, tests and asks a payment terminal, but cannot charge with it', () =>
  withDevice(createSimulatedPaymentTerminal(CONTEXT), async (probe) => {
    expect(await probe('identify')).toMatchObject({ json: { description: { serial: 'YMPT-000058' } } });
    expect(await probe('selftest')).toMatchObject({ status: 0 });
    expect(await probe('query', '--bill', 'bill-1')).toMatchObject({
      status: 0,
      json: { fields: { state: 'none', amountFen: 0, channel: 'none' } },
    });
    expect(await probe('cancel', '--bill', 'bill-1')).toMatchObject({
      json: { outcome: expect.any(String) as string },
    });
  }));
