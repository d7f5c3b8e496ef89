import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { err, ok, type Clock, type Result } from '@yimen/contracts/base';
import type {
  BrokerFault,
  BrokerOptions,
  BrokerPort,
  LinkHandler,
  PeerIdentity,
  PublishHandler,
  Refusal,
  UpMessage,
} from '../broker-port.ts';
import { DeviceListener } from '../device-listener.ts';
import { BROKER_LIMITS } from '../limits.table.ts';
import { EndpointLink, type LinkHost } from './endpoint-link.ts';

/** The device listener's own MQTT 3.1.1 endpoint: just what terminals may do, on a packet codec from the shelf. The PUBACK
 *  waits for the handler, so it can stand for a committed message (fleet design §3). */
export function createEndpointBroker(options: BrokerOptions): Promise<BrokerPort> {
  return Promise.resolve(new EndpointBroker(options));
}

class EndpointBroker implements BrokerPort, LinkHost {
  readonly clock: Clock;
  readonly #options: BrokerOptions;
  readonly #listener: DeviceListener;
  readonly #links = new Set<EndpointLink>();
  /** Links that stand, by terminal. */
  readonly #standing = new Map<string, EndpointLink>();
  readonly #retained = new Map<string, string>();
  #onPublish: PublishHandler = () => Promise.resolve(ok(undefined));
  #onLink: LinkHandler = () => undefined;
  #onRefusal: (refusal: Refusal) => void = () => undefined;
  #cancelSweep: () => void = () => undefined;
  /** Wills that are being handed on. */
  readonly #wills = new Set<Promise<unknown>>();

  constructor(options: BrokerOptions) {
    this.#options = options;
    this.clock = options.clock;
    this.#listener = new DeviceListener(options);
    this.#listener.onRefusal((refusal) => this.#onRefusal(refusal));
    this.#listener.onPeer((socket, peer) => this.#links.add(new EndpointLink(socket, peer, this)));
  }

  onPublish(handler: PublishHandler): void {
    this.#onPublish = handler;
  }

  onLink(handler: LinkHandler): void {
    this.#onLink = handler;
  }

  onRefusal(handler: (refusal: Refusal) => void): void {
    this.#onRefusal = handler;
  }

  async start(): Promise<Result<{ readonly port: number }, BrokerFault>> {
    const listening = await this.#listener.listen();
    if (listening.ok) this.#sweep();
    return listening;
  }

  async stop(): Promise<void> {
    this.#cancelSweep();
    this.#listener.close();
    const links = [...this.#links];
    for (const link of links) link.destroy();
    const gone = Promise.all(links.map((link) => link.closed)).then(() => Promise.all(this.#wills));
    await new Promise<void>((resolve) => {
      const cancel = this.clock.after(BROKER_LIMITS.stopMs, resolve);
      void gone.then(() => {
        cancel();
        resolve();
      });
    });
  }

  async publish(
    topic: string,
    payload: string,
    options: { readonly qos: 0 | 1; readonly retain: boolean },
  ): Promise<void> {
    if (options.retain) this.#retained.set(topic, payload);
    // `yimen/v1/pNN/{tid}/dn/…`; what has no terminal in it is for all.
    const tid = topic.split('/')[3] ?? '';
    const one = this.#standing.get(tid);
    for (const link of topic.includes('/dn/') ? (one === undefined ? [] : [one]) : this.#standing.values())
      link.deliver(topic, payload, options.qos, false);
    // Acknowledgements are read between two messages; who waits for this never fills a link that keeps up.
    await turnOfTheLoop();
  }

  async kick(tid: string): Promise<void> {
    const link = this.#standing.get(tid);
    link?.destroy();
    await link?.closed;
  }

  async admit(link: EndpointLink): Promise<boolean> {
    const { peer } = link;
    if (!(await this.#isAllowed(peer))) {
      this.refuse(link, 'LINK_REFUSED', 'not on the allow-list');
      return false;
    }
    // One link for each terminal: the newer one stands (MQTT 3.1.1 §3.1.4).
    for (let old = this.#standing.get(peer.tid); old !== undefined; old = this.#standing.get(peer.tid)) {
      old.destroy();
      await old.closed;
    }
    if (!this.#links.has(link)) return false;
    this.#standing.set(peer.tid, link);
    this.#onLink({ tid: peer.tid, up: true });
    void this.#lookAgain(link);
    return true;
  }

  async take(link: EndpointLink, message: UpMessage): Promise<Result<void, { readonly code: string }>> {
    try {
      return await this.#onPublish(link.peer, message);
    } catch (error) {
      return err({ code: error instanceof Error ? error.message : String(error) });
    }
  }

  retained(filter: string): readonly { readonly topic: string; readonly payload: string }[] {
    const payload = this.#retained.get(filter);
    return payload === undefined ? [] : [{ topic: filter, payload }];
  }

  refuse({ peer }: EndpointLink, code: string, detail: string): void {
    this.#onRefusal({ tid: peer.tid, address: peer.address, code, detail });
  }

  ended(link: EndpointLink): void {
    this.#links.delete(link);
    const { tid } = link.peer;
    if (this.#standing.get(tid) !== link) return;
    this.#standing.delete(tid);
    this.#onLink({ tid, up: false });
    const will = link.takeWill();
    if (will === null) return;
    const told = this.take(link, will).finally(() => this.#wills.delete(told));
    this.#wills.add(told);
  }

  /** A key revoked between the first look at the list and now was no live link yet, so nobody kicked it. */
  async #lookAgain(link: EndpointLink): Promise<void> {
    if (await this.#isAllowed(link.peer)) return;
    this.refuse(link, 'LINK_REFUSED', 'not on the allow-list any more');
    link.destroy();
  }

  /** A list that cannot be read refuses (trust design §4). */
  async #isAllowed(peer: PeerIdentity): Promise<boolean> {
    try {
      return await this.#options.isAllowed(peer);
    } catch {
      return false;
    }
  }

  #sweep(): void {
    this.#cancelSweep = this.clock.after(BROKER_LIMITS.lookMs, () => {
      const [mono, wall] = [this.clock.monoMs(), this.clock.wallMs()];
      for (const link of this.#links) {
        link.look(mono);
        if (link.isOver || link.peer.notAfterMs > wall) continue;
        // A certificate that ends while its link stands ends the link.
        this.refuse(link, 'CERT_EXPIRED', 'the certificate ended');
        link.destroy();
      }
      this.#sweep();
    });
  }
}
