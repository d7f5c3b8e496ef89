import { ok } from '@yimen/contracts/base';
import { memoryChannelPair } from '../../transport/memory-channel.ts';
import type { ByteChannel, OpenChannel } from '../../transport/byte-channel.ts';
import type { PaceOracle } from './pace-oracle-process.ts';

/** A reader whose chip is the oracle: the carrier of README.md, its commands handed on as lines. */
export function lineToOracle(oracle: PaceOracle): OpenChannel {
  return () => {
    const [host, reader] = memoryChannelPair();
    void carry(reader, oracle);
    return Promise.resolve(ok(host));
  };
}

async function carry(reader: ByteChannel, oracle: PaceOracle): Promise<void> {
  let held = Buffer.alloc(0);
  for await (const chunk of reader.chunks) {
    held = Buffer.concat([held, chunk]);
    while (held.length >= 2 && held.length >= 2 + held.readUInt16BE()) {
      const message = held.subarray(2, 2 + held.readUInt16BE());
      held = held.subarray(2 + message.length);
      const answer = await answerOf(message, oracle);
      if (answer === undefined) continue;
      const framed = Buffer.concat([Buffer.from([answer.length >> 8, answer.length & 0xff]), answer]);
      if (!(await reader.write(framed)).ok) return;
    }
  }
}

async function answerOf(message: Buffer, oracle: PaceOracle): Promise<Buffer | undefined> {
  if (message.length > 1) {
    oracle.say(message.toString('hex'));
    return Buffer.from(await oracle.hear(), 'hex');
  }
  if (message[0] === 4) return Buffer.from('3b80800101', 'hex');
  if (message[0] === 5) return Buffer.from('Oracle;ORACLE-1;1.1');
  oracle.say('reset');
  return undefined;
}
