import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readIdentity } from '@yimen/certs';
import { composeFleetServer, fleetServerConfigSchema } from '@yimen/fleet-server/compose';
import { systemClock } from '@yimen/terminal/ipc';
import pino from 'pino';
import { z } from 'zod';

const HALL = 'SD-DALIANG-BENCH';
const argumentSchema = z.object({
  trustDir: z.string(),
  trust: z.object({ ca: z.string(), cert: z.string(), key: z.string() }),
  dataDir: z.string(),
  tids: z.array(z.string()),
  port: z.int(),
});

// As a program: the whole fleet server as it is composed for production, its terminals on the allow-list.
const { trustDir, trust, dataDir, tids, port } = argumentSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
const config = fleetServerConfigSchema.parse({
  httpPort: 0,
  mqttPort: port,
  gatewayPort: 0,
  dataDir,
  trust,
  places: {
    halls: [
      {
        hallId: HALL,
        town: '440606005',
        zh: '大良测试厅',
        en: 'Daliang bench hall',
        addressZh: '',
        addressEn: '',
        hoursZh: '',
        hoursEn: '',
      },
    ],
    terminals: tids.map((tid) => ({ tid, hallId: HALL, simulated: true })),
  },
});
const clock = systemClock();
const log = pino({ level: 'error' }, pino.destination({ fd: 2, sync: true }));
const started = await composeFleetServer(config, { clock, log });
if (!started.ok) throw new Error(started.error.message);
const server = started.value;
const { store, ports } = server;
for (const tid of tids) {
  const identity = readIdentity(readFileSync(join(trustDir, 'terminals', `${tid}.crt.pem`), 'utf8'));
  if (!identity.ok) throw new Error(identity.error.message);
  const { spkiHash, serial } = identity.value;
  const row = { tid, spkiHash, serial, profile: 'operational', keyLevel: 'file', state: 'active', epoch: 1 } as const;
  const put = await store.allow.put({ ...row, changedAt: clock.wallMs() });
  if (!put.ok) throw new Error(put.error.message);
}
process.stdout.write(`${JSON.stringify({ port: ports.mqtt })}\n`);
process.stdin.once('end', () => void server.stop().then(() => process.exit(0))).resume();
