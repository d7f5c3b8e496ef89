import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  createCaseOffice,
  createGateway,
  createPaymentOffice,
  type GatewayLog,
  type OperationsPort,
} from '../gateway/index.ts';
import { openStore, systemClock } from '../store/index.ts';

/** Where this process kills itself: after the intent is stored, after the office answered and before that is stored,
 *  after the outcome is stored and before it is told. */
export type KillPoint = 'claimed' | 'answered' | 'stored' | 'nowhere';

/** The one argument of this program, as JSON. */
export interface ChildConfig {
  readonly dir: string;
  readonly sandboxUrl: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly killAt: KillPoint;
  /** Only operations whose id ends so count for `killAt`. */
  readonly killOf: string;
}

/** A gateway as its own process for tests that end it without warning. Prints its port as one line. */
async function main(config: ChildConfig): Promise<void> {
  const clock = systemClock();
  const store = await openStore({ file: `${config.dir}/fleet.sqlite`, clock });
  if (!store.ok) throw new Error(store.error.message);
  const quiet = (): void => undefined;
  const log: GatewayLog = {
    answered: quiet,
    settled: quiet,
    stillUnknown: quiet,
    handshakeRefused: quiet,
    refused: quiet,
    broken: (line) => process.stderr.write(`${JSON.stringify(line)}\n`),
  };
  const office = { url: config.sandboxUrl, clock };
  const gateway = createGateway({
    operations: mortal(store.value.operations, config),
    allowList: store.value.allow,
    halls: store.value.reads,
    acceptances: (tid) => store.value.variances.acceptancesFor({ tid, limit: 200 }),
    tls: {
      ca: readFileSync(config.ca, 'utf8'),
      cert: readFileSync(config.cert, 'utf8'),
      key: readFileSync(config.key, 'utf8'),
    },
    offices: {
      exitEntry: createCaseOffice({ office: 'exitEntry', ...office }),
      vehicle: createCaseOffice({ office: 'vehicle', ...office }),
      household: createCaseOffice({ office: 'household', ...office }),
      payment: createPaymentOffice(office),
    },
    dataDir: `${config.dir}/gateway`,
    clock,
    random: (n) => randomBytes(n),
    log,
  });
  const heard = await gateway.listen(0);
  if (!heard.ok) throw new Error(heard.error.message);
  process.stdout.write(`${heard.value}\n`);
}

function mortal(operations: OperationsPort, { killAt, killOf }: ChildConfig): OperationsPort {
  const dieAt = (point: KillPoint, { operationId }: { operationId: string }): void => {
    if (killAt === point && operationId.endsWith(killOf)) process.kill(process.pid, 'SIGKILL');
  };
  return {
    ...operations,
    claim: async (operation) => {
      const claimed = await operations.claim(operation);
      dieAt('claimed', operation);
      return claimed;
    },
    change: async (update) => {
      dieAt('answered', update);
      const changed = await operations.change(update);
      dieAt('stored', update);
      return changed;
    },
  };
}

if (import.meta.main) await main(JSON.parse(process.argv[2] ?? '') as ChildConfig);
