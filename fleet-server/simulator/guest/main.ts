import { randomBytes, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { GuestLedger, type Moment } from './guest-ledger.ts';
import { GuestLink } from './guest-link.ts';

const HELP = `node fleet-server/simulator/guest/main.ts OPTIONS: a terminal by another hand, after docs/reference/fleet-wire.md.
Adds services to its ledger, tells the fleet everything that is not acknowledged yet, and leaves.
  --url URL        mqtts://HOST:PORT
  --ca FILE        certificates of the fleet's authority (PEM)
  --cert FILE      its own certificate with its issuer (PEM); the common name is the terminal's id
  --key FILE       its private key (PEM)
  --data FOLDER    where its ledger is kept
  --epoch N        epoch of the ledger, as the fleet issued it (1)
  --services N     services to add (1)
  --within SEC     give up after so many seconds (30)
  --help           this text
Prints one JSON line {"tid","epoch","last","acknowledged","quarantined","why"}.
Exit status: 0 everything is acknowledged, 1 it is not, 2 wrong use.
`;

const OPTIONS = {
  url: { type: 'string' },
  ca: { type: 'string' },
  cert: { type: 'string' },
  key: { type: 'string' },
  data: { type: 'string' },
  epoch: { type: 'string', default: '1' },
  services: { type: 'string', default: '1' },
  within: { type: 'string', default: '30' },
  help: { type: 'boolean', default: false },
} as const;

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  let values;
  try {
    ({ values } = parseArgs({ args, options: OPTIONS }));
  } catch (error) {
    return wrongUse(error instanceof Error ? error.message : String(error));
  }
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const { url, ca, cert, key, data } = values;
  for (const [name, value] of Object.entries({ url, ca, cert, key, data }))
    if (value === undefined) return wrongUse(`--${name} is missing`);
  const [epoch, services, within] = [values.epoch, values.services, values.within].map(Number);
  if (!isCount(epoch, 1) || !isCount(services, 0) || !isCount(within, 1))
    return wrongUse('--epoch, --services and --within take whole numbers');
  try {
    const files = { ca: read(ca), cert: read(cert), key: read(key) };
    return await tell({ url: url ?? '', ...files, dataDir: data ?? '', epoch, services, within });
  } catch (error) {
    return wrongUse(error instanceof Error ? error.message : String(error));
  }
}

interface Work {
  readonly url: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly dataDir: string;
  readonly epoch: number;
  readonly services: number;
  readonly within: number;
}

async function tell({ dataDir, services, within, ...link }: Work): Promise<number> {
  const tid = /CN=(.+)/u.exec(new X509Certificate(link.cert).subject)?.[1] ?? '';
  const { epoch } = link;
  const ledger = new GuestLedger(dataDir, tid, epoch);
  const boot = randomBytes(8).toString('hex');
  const now = (): Moment => ({ boot, mono: Math.round(performance.now()), wall: Date.now() });
  if (ledger.last === 0)
    ledger.append('epoch-opened', now(), { epoch, prevEpoch: null, prevHead: null, reason: 'enrolled' });
  for (let n = 0; n < services; n += 1) serve(ledger, now);
  const late = setTimeout(() => finish({ why: `nothing after ${within} s` }), within * 1_000);
  const finish = (more: object): void => {
    const line = { tid, epoch, last: ledger.last, acknowledged: null, quarantined: [], why: null, ...more };
    process.stdout.write(`${JSON.stringify(line)}\n`, () => process.exit('acknowledged' in more ? 0 : 1));
  };
  const told = await GuestLink.tell({ ...link, tid, ledger, now });
  clearTimeout(late);
  finish(
    told.is === 'lost'
      ? { why: told.why }
      : { acknowledged: told.upTo, quarantined: told.quarantined.map((r) => [...r]) },
  );
  return told.is === 'lost' ? 1 : 0;
}

/** A citizen who endorses a permit, from his coming to his going. */
function serve(ledger: GuestLedger, now: () => Moment): void {
  const sessionId = randomBytes(9).toString('base64url');
  const service = { sessionId, service: 'exit.endorse', release: 1 };
  ledger.append('session-started', now(), { sessionId, lang: 'zh-CN', mode: 'standard' });
  ledger.append('service-started', now(), service);
  ledger.append('service-result', now(), {
    ...service,
    outcome: 'done',
    reason: null,
    stop: null,
    amountFen: 1_500,
    chargedFen: 1_500,
    refundedFen: 0,
    produced: 1,
    handedOver: 1,
    steps: [{ step: 'read-card', outcome: 'done', ms: 800 }],
    receiptId: randomBytes(4).toString('hex').toUpperCase(),
    incident: null,
  });
  const journal = { from: 1, to: 1, head: 'A'.repeat(43) };
  ledger.append('session-ended', now(), { sessionId, how: 'finished', ms: 60_000, journal });
}

function isCount(value: number | undefined, least: number): value is number {
  return value !== undefined && Number.isSafeInteger(value) && value >= least;
}

function read(path: string | undefined): string {
  return readFileSync(path ?? '', 'utf8');
}

function wrongUse(why: string): number {
  process.stderr.write(`${why}; --help tells the options\n`);
  return 2;
}
