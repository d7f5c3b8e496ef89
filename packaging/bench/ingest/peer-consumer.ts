import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import mqtt from 'mqtt';
import { z } from 'zod';
import { CONSUMER } from './bench-trust.ts';

const argumentSchema = z.object({ trustDir: z.string(), dataDir: z.string(), port: z.int() });

interface Batch {
  readonly epoch: number;
  readonly from: number;
  readonly events: readonly { readonly seq: number; readonly kind: string; readonly wall: number }[];
}

// As a program: what one would write today. Mosquitto delivers to one mqtt.js client, it inserts in a transaction what has
// come meanwhile (WAL, FULL), and acknowledges to the terminals after the commit.
const { trustDir, dataDir, port } = argumentSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
const db = new DatabaseSync(join(dataDir, 'peer.sqlite'));
db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL');
db.exec(`CREATE TABLE event (tid TEXT, epoch INTEGER, seq INTEGER, kind TEXT, wall INTEGER, body TEXT,
  PRIMARY KEY (tid, epoch, seq)) STRICT, WITHOUT ROWID`);
const insert = db.prepare('INSERT OR IGNORE INTO event (tid, epoch, seq, kind, wall, body) VALUES (?, ?, ?, ?, ?, ?)');
const file = (name: string): string => readFileSync(join(trustDir, name), 'utf8');
const client = await mqtt.connectAsync(`mqtts://127.0.0.1:${port}`, {
  ca: file('ca.crt.pem'),
  cert: file(`terminals/${CONSUMER}.crt.pem`),
  key: file(`terminals/${CONSUMER}.key.pem`),
  clientId: CONSUMER,
  protocolVersion: 4,
  reconnectPeriod: 0,
});
let waiting: { readonly topic: string; readonly payload: Buffer }[] = [];
let isDue = false;

function commit(): void {
  isDue = false;
  const group = waiting;
  waiting = [];
  const acks = new Map<string, { epoch: number; upTo: number }>();
  db.exec('BEGIN IMMEDIATE');
  for (const { topic, payload } of group) {
    const tid = topic.split('/')[3] ?? '';
    const { epoch, events } = JSON.parse(payload.toString('utf8')) as Batch;
    for (const event of events) insert.run(tid, epoch, event.seq, event.kind, event.wall, JSON.stringify(event));
    acks.set(topic, { epoch, upTo: events.at(-1)?.seq ?? 0 });
  }
  db.exec('COMMIT');
  for (const [topic, { epoch, upTo }] of acks)
    client.publish(
      topic.replace('/up/ev', '/dn/ev-ack'),
      JSON.stringify({ v: 1, epoch, upTo, missing: [], quarantined: [], srv: Date.now() }),
      { qos: 1 },
    );
}

client.on('message', (topic, payload) => {
  waiting.push({ topic, payload });
  if (isDue) return;
  isDue = true;
  setImmediate(commit);
});
await client.subscribeAsync('yimen/v1/+/+/up/ev', { qos: 1 });
process.stdout.write('{"ready":true}\n');
process.stdin.once('end', () => process.exit(0)).resume();
