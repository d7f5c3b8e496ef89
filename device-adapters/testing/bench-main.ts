import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { simulatedTrustAnchors } from '../drivers/travel-document-icao-9303/simulated-issuer.ts';
import { systemClock } from '../host/system-clock.ts';
import { startBench, type Bench } from './bench.ts';

const port = z.int().min(0).max(65_535);
const configSchema = z.strictObject({
  httpPort: port,
  ports: z.record(z.string(), port).optional(),
  dataDir: z.string().min(1),
  speed: z.enum(['real', 'fast']),
});

/** Exit status 2 says what was expected. */
function wrongUse(reason: string): never {
  process.stderr.write(`bench: one JSON argument {"httpPort","dataDir","speed":"real|fast","ports"?}: ${reason}\n`);
  process.exit(2);
}

function readConfig(text: string | undefined): z.infer<typeof configSchema> {
  try {
    const parsed = configSchema.safeParse(JSON.parse(text ?? ''));
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    return wrongUse(`${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
  } catch {
    return wrongUse('not JSON');
  }
}

/** The bench as a process of its own: it outlives the terminal, as the world outside does. It ends on SIGTERM, SIGINT,
 *  or when whoever started it is gone (its stdin closes). */
async function main(): Promise<void> {
  const config = readConfig(process.argv[2]);
  const started = await startBench({ ...config, clock: systemClock, random: (n) => Uint8Array.from(randomBytes(n)) });
  if (!started.ok) {
    process.stderr.write(`bench: ${started.error.message}\n`);
    process.exit(1);
  }
  const bench = started.value;
  // What a state publishes of its signing authority; a terminal is told where it lies.
  writeFileSync(join(config.dataDir, 'trust-anchors.pem'), simulatedTrustAnchors());
  process.stdout.write(
    `${JSON.stringify({ ready: true, pid: process.pid, httpPort: bench.httpPort, devices: bench.devices })}\n`,
  );
  endWith(bench);
}

function endWith(bench: Bench): void {
  let isEnding = false;
  const end = (): void => {
    if (isEnding) return;
    isEnding = true;
    void bench.close().finally(() => process.exit(0));
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  process.stdin.on('end', end);
  process.stdin.on('close', end);
  process.stdin.resume();
}

await main();
