import type { Clock } from '@yimen/contracts/base';
import { ApduMessageReader, encodeApduMessage } from '../../framing/apdu-message.ts';
import { LIMITS } from '../../limits.table.ts';
import type { BridgeMessage, BridgeRequest } from './bridge-messages.ts';
import { findReader, readersNamed } from './find-reader.ts';
import type { PcscBindingName } from './pcsc-address.ts';
import type { PcscClient, StartPcsc } from './pcsc-binding.ts';
import { lossText, startFault } from './pcsc-faults.ts';
import { startPcscMini } from './pcsc-mini-binding.ts';
import { startPcsclite } from './pcsclite-binding.ts';
import { readerIdentity } from './reader-identity.ts';
import { ReaderSession } from './reader-session.ts';

/** One reader of the PC/SC daemon, in a process of its own: the carrier's messages on stdin and stdout, everything else
 *  by Node's channel between processes (bridge-messages.ts). A process, because both libraries can stop their caller's
 *  thread for ever (a frozen daemon at the start, a card that does not answer at the end), and only a process can be
 *  ended from outside. The daemon clears away what a dead client held. */
async function main(): Promise<void> {
  // Whoever started this is gone.
  process.once('disconnect', endNow);
  // The only thing that it is ever told: stop.
  process.on('message', () => void letGo().then(() => tell({ free: true })));
  // From our own parent, by the same type.
  const request = JSON.parse(process.argv[2] ?? 'null') as BridgeRequest;
  const started = await STARTS[request.binding]();
  if (!started.ok) return tell({ fault: startFault(request.binding, started.error) });
  const client = started.value;
  if (request.reader === undefined) return list(client);
  const found = await findReader(client, clock, request.reader);
  if (!found.ok) return tell({ fault: found.error });
  await serve(client, found.value);
}

const STARTS: Record<PcscBindingName, StartPcsc> = { 'pcsc-mini': startPcscMini, pcsclite: startPcsclite };

const clock: Clock = {
  wallMs: () => Date.now(),
  monoMs: () => performance.now(),
  after: (ms, fn) => {
    const timer = setTimeout(fn, ms);
    return () => clearTimeout(timer);
  },
};

/** What has to be given back before the end. */
let letGo = async (): Promise<void> => undefined;

async function list(client: PcscClient): Promise<void> {
  await readersNamed(client, clock, () => false);
  tell({ readers: [...client.readers].map(([name, state]) => ({ name, state })) });
}

async function serve(client: PcscClient, reader: string): Promise<void> {
  const identity = readerIdentity(reader, await client.facts(reader));
  const session = new ReaderSession({
    client,
    reader,
    identity,
    clock,
    onLost: (failure) => tell({ lost: lossText(reader, failure) }),
  });
  letGo = () => session.end();
  tell({ opened: true });
  const cutter = new ApduMessageReader(LIMITS.pcscMessageBytes);
  for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) {
    const messages = cutter.push(chunk);
    if (!messages.ok) return tell({ lost: messages.error.message });
    for (const message of messages.value) {
      const answer = await session.take(message);
      if (answer !== undefined) process.stdout.write(encodeApduMessage(answer));
    }
  }
}

function tell(message: BridgeMessage): void {
  if (process.connected) process.send?.(message);
}

/** Without a clean-up: the libraries' own may never return. */
function endNow(): void {
  process.kill(process.pid, 'SIGKILL');
}

await main();
