import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';

/** The line between phones or bank cards and the payment provider, which does not pass the terminal: what a person paid
 *  at the simulated payment device is told to the sandbox's provider, again and again until it has it. */
const configSchema = z.strictObject({ benchUrl: z.url(), sandboxUrl: z.url() });
const LOOK_MS = 200;
const TOLD_LIMIT = 10_000;

const chargeSchema = z.object({
  billRef: z.string(),
  amountFen: z.int(),
  state: z.string(),
  channel: z.enum(['qr', 'card']),
  trace: z.string(),
});
const stateSchema = z.object({ charges: z.array(z.unknown()).optional() });
const benchSchema = z.object({
  devices: z.record(
    z.string(),
    z.looseObject({ state: stateSchema.optional(), charges: z.array(z.unknown()).optional() }),
  ),
});

const config = configSchema.parse(JSON.parse(process.argv[2] ?? 'null'));
const told = new Set<string>();

process.stdin.on('end', () => process.exit(0));
process.stdin.resume();
process.on('SIGTERM', () => process.exit(0));
process.stdout.write(`${JSON.stringify({ ready: true, pid: process.pid })}\n`);
for (;;) {
  await tellNew().catch(ignoreAbsence);
  await wait(LOOK_MS);
}

async function tellNew(): Promise<void> {
  const bench = benchSchema.parse(await (await fetch(`${config.benchUrl}/state`)).json());
  const device = bench.devices['payment-terminal'];
  for (const one of device?.state?.charges ?? device?.charges ?? []) {
    const charge = chargeSchema.safeParse(one);
    if (!charge.success || (charge.data.state !== 'held' && charge.data.state !== 'captured')) continue;
    const { billRef, amountFen, channel, trace } = charge.data;
    if (told.has(`${billRef}/${trace}`)) continue;
    const answer = await fetch(`${config.sandboxUrl}/channel/paid`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ billRef, amountFen, channel, trace }),
    });
    // Idempotent at the provider by bill and trace: telling twice is harmless, not telling is not.
    if (answer.ok && told.size < TOLD_LIMIT) told.add(`${billRef}/${trace}`);
  }
}

function ignoreAbsence(): void {
  // Bench or provider is being restarted: the next look tells what was missed.
}
