import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import { z } from 'zod';
import { readIdentity } from '@yimen/certs';
import { composeFleetServer, fleetServerConfigSchema, type FleetServer } from '@yimen/fleet-server/compose';
import { systemClock } from '@yimen/terminal/ipc';
import { DEMO_HALLS } from './halls.table.ts';

/** The fleet server of the demonstration: the real one, with places made up, an allow-list written by us, a token for
 *  scripts and a sign-in link. None of these exists in the production entry. */
const demoConfigSchema = z.strictObject({
  httpPort: z.int(),
  mqttPort: z.int(),
  gatewayPort: z.int(),
  dataDir: z.string(),
  trust: z.strictObject({ ca: z.string(), cert: z.string(), key: z.string() }),
  dashboardDir: z.string(),
  sandboxUrl: z.string(),
  apiToken: z.string().min(20),
  terminals: z.array(z.strictObject({ tid: z.string(), hallId: z.string(), simulated: z.boolean(), cert: z.string() })),
});
type DemoConfig = z.infer<typeof demoConfigSchema>;

const clock = systemClock();
await main(process.argv[2]);

async function main(argument: string | undefined): Promise<void> {
  const parsed = demoConfigSchema.safeParse(JSON.parse(argument ?? 'null'));
  if (!parsed.success)
    return leave(
      2,
      `fleet: the configuration does not fit: ${parsed.error.issues[0]?.path.join('.') ?? ''} [WRONG_OPTION]`,
    );
  const log = pino(
    { name: 'fleet', level: process.env['YIMEN_LOG'] ?? 'info' },
    pino.destination({ fd: 2, sync: true }),
  );
  const principal = {
    staffId: 'demonstration',
    roles: ['viewer', 'operator'] as const,
    sessionHash: null,
    expiresAt: null,
  };
  const composed = await composeFleetServer(configOf(parsed.data), {
    clock,
    log,
    extraAuth: (token) => (token === parsed.data.apiToken ? principal : undefined),
  });
  if (!composed.ok) return leave(1, `${composed.error.message} [${composed.error.code}]`);
  const server = composed.value;
  for (const terminal of parsed.data.terminals) await allow(server, terminal);
  const signInCode = await server.staff.issueSignInCode({ staffId: 'demonstration', roles: ['viewer', 'operator'] });
  stopWhenAsked(server);
  process.stdout.write(`${JSON.stringify({ ready: true, pid: process.pid, signInCode })}\n`);
}

function configOf(demo: DemoConfig): z.output<typeof fleetServerConfigSchema> {
  const { httpPort, mqttPort, gatewayPort, dataDir, trust, dashboardDir, sandboxUrl, terminals } = demo;
  const halls = DEMO_HALLS.filter((hall) => terminals.some((terminal) => terminal.hallId === hall.hallId)).map(
    (hall) => ({
      hallId: hall.hallId,
      town: hall.town,
      zh: hall.zh,
      en: hall.en,
      addressZh: `${hall.zh}（演示地址）`,
      addressEn: `${hall.en} (demonstration address)`,
      hoursZh: hall.allDay ? '24 小时' : '8:00–22:00',
      hoursEn: hall.allDay ? '24 hours' : '8:00–22:00',
    }),
  );
  return fleetServerConfigSchema.parse({
    httpPort,
    mqttPort,
    gatewayPort,
    dataDir,
    store: process.env['YIMEN_STORE'],
    trust,
    dashboardDir,
    offices: {
      exitEntryUrl: sandboxUrl,
      vehicleUrl: sandboxUrl,
      householdUrl: sandboxUrl,
      paymentUrl: sandboxUrl,
    },
    places: { halls, terminals: terminals.map(({ tid, hallId, simulated }) => ({ tid, hallId, simulated })) },
  });
}

async function allow(server: FleetServer, terminal: DemoConfig['terminals'][number]): Promise<void> {
  const identity = readIdentity(readFileSync(terminal.cert, 'utf8'));
  if (!identity.ok) return leave(1, `the certificate of ${terminal.tid} cannot be read [DATA_UNREADABLE]`);
  const { spkiHash, serial } = identity.value;
  const kept = await server.store.allow.put({
    tid: terminal.tid,
    spkiHash,
    serial,
    profile: 'operational',
    keyLevel: 'file',
    state: 'active',
    epoch: 1,
    changedAt: clock.wallMs(),
  });
  if (!kept.ok) leave(1, `the allow-list cannot be written: ${kept.error.message} [DATA_UNREADABLE]`);
}

function stopWhenAsked(server: FleetServer): void {
  const stop = (): void => {
    void server.stop().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.stdin.once('end', stop);
  process.stdin.resume();
}

function leave(status: 1 | 2, sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(status);
}
