import { parser, type Packet, type Parser } from 'mqtt-packet';
import { PacketSizeGuard } from '../packet-size-guard.ts';

/** What came from a link: a packet, or why there is none. */
export type Read =
  | { readonly is: 'packet'; readonly packet: Packet }
  | { readonly is: 'oversize' }
  | { readonly is: 'malformed'; readonly why: string };

/** Type, four bytes of length, the longer protocol name with its own length, level. */
const HEAD_BYTES = 14;

/** Bytes into packets, with what the codec lets pass held against the standard: packet identifiers, lengths, lists that
 *  are empty. After something that is no packet nothing more is read. */
export class PacketReader {
  readonly #parser: Parser = parser({ protocolVersion: 4 });
  readonly #guard: PacketSizeGuard;
  readonly #read: (read: Read) => void;
  #isOver = false;
  /** The first bytes of the link, as long as they may belong to a CONNECT that cannot be read. */
  #head = Buffer.alloc(0);

  constructor(limitBytes: number, read: (read: Read) => void) {
    this.#guard = new PacketSizeGuard(limitBytes);
    this.#read = read;
    this.#parser.on('packet', (packet) => this.#judge(packet));
    this.#parser.on('error', (error) => this.#end(error.message));
  }

  take(chunk: Buffer): void {
    if (this.#isOver) return;
    if (this.#head.length < HEAD_BYTES)
      this.#head = Buffer.concat([this.#head, chunk.subarray(0, HEAD_BYTES - this.#head.length)]);
    if (this.#guard.passes(chunk)) {
      this.#parser.parse(chunk);
      return;
    }
    this.#isOver = true;
    this.#read({ is: 'oversize' });
  }

  /** Whether it began with a CONNECT of another protocol level: of such a one no more can be read, but it has an answer of
   *  its own (MQTT 3.1.1 §3.1.2.2). */
  get isOfAnotherLevel(): boolean {
    const [, name, level] =
      /^\x10[\x80-\xff]{0,3}[\0-\x7f]\0[\x04\x06](MQTT|MQIsdp)(.)/su.exec(this.#head.toString('latin1')) ?? [];
    return name !== undefined && (name !== 'MQTT' || level !== '\x04');
  }

  #judge(packet: Packet): void {
    if (this.#isOver) return;
    const why = faultOf(packet);
    if (why === undefined) this.#read({ is: 'packet', packet });
    else this.#end(why);
  }

  #end(why: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#read({ is: 'malformed', why });
  }
}

/** What the codec reads although it should not; `undefined` = a packet as it should be. */
function faultOf(packet: Packet): string | undefined {
  switch (packet.cmd) {
    case 'publish': {
      if (packet.qos === 0) return undefined;
      // The codec would take an identifier from the next packet's bytes.
      const head = 2 + Buffer.byteLength(packet.topic) + 2;
      return hasId(packet) && (packet.length ?? 0) >= head ? undefined : 'packet identifier';
    }
    case 'subscribe':
      return hasId(packet) && packet.subscriptions.length > 0 ? undefined : 'subscribe to nothing';
    case 'unsubscribe':
      return hasId(packet) && packet.unsubscriptions.length > 0 ? undefined : 'unsubscribe from nothing';
    case 'puback':
      return hasId(packet) ? undefined : 'packet identifier';
    case 'pingreq':
    case 'disconnect':
      return (packet.length ?? 0) === 0 ? undefined : `${packet.cmd} with a body`;
    default:
      return undefined;
  }
}

function hasId({ messageId }: { messageId?: number | undefined }): boolean {
  return messageId !== undefined && messageId >= 1 && messageId <= 65_535;
}
