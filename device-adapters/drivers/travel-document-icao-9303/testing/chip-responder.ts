import { concatBytes, fromHex } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { seededRandom } from '../../../testing/contract-bench.ts';
import { ApduCarrier } from '../../../transport/apdu-carrier.ts';
import { memoryChannelPair } from '../../../transport/memory-channel.ts';
import { ApduMessageReader, encodeApduMessage } from '../../../framing/apdu-message.ts';
import { ChipLink } from '../chip-link.ts';

/** Answers one command APDU with data and status word. */
export type Responder = (command: Uint8Array) => Uint8Array;

/** A link to a chip that a test plays; nothing is protected until the test secures it. */
export function linkTo(respond: Responder): ChipLink {
  const [host, device] = memoryChannelPair();
  const clock = new ManualClock();
  const carrier = new ApduCarrier(host, { clock, messageBytes: 600 });
  void answerAll(device, respond);
  return new ChipLink({ carrier, clock, random: seededRandom(77), endMs: 60_000 });
}

async function answerAll(device: ReturnType<typeof memoryChannelPair>[1], respond: Responder): Promise<void> {
  const cutter = new ApduMessageReader(1_024);
  for await (const chunk of device.chunks) {
    const messages = cutter.push(chunk);
    for (const message of messages.ok ? messages.value : []) {
      const written = await device.write(encodeApduMessage(respond(message)));
      if (!written.ok) return;
    }
  }
}

/** A chip that gives its files in the clear, and leaves everything else to `more`. */
export function fileResponder(
  files: ReadonlyMap<number, Uint8Array>,
  more: Responder = () => fromHex('6d00'),
): Responder {
  let selected: Uint8Array | undefined;
  return (command) => {
    const [, ins, p1 = 0, p2 = 0] = command;
    if (ins === 0xa4 && p1 === 0x02) {
      selected = files.get((command[5] ?? 0) * 256 + (command[6] ?? 0));
      return fromHex(selected === undefined ? '6a82' : '9000');
    }
    if (ins !== 0xb0 || selected === undefined) return more(command);
    const offset = p1 * 256 + p2;
    return concatBytes(selected.subarray(offset, offset + (command[4] || 256)), fromHex('9000'));
  };
}
