interface Slot {
  readonly id: number;
  isDone: boolean;
}

/** PUBACKs leave in the order in which their PUBLISH packets came (MQTT 3.1.1 §4.6), however their messages became safe. */
export class AckOrder {
  readonly #slots: Slot[] = [];
  readonly #write: (bytes: Buffer) => void;

  constructor(write: (bytes: Buffer) => void) {
    this.#write = write;
  }

  /** @returns what is to be called when the message is safe */
  open(id: number): () => void {
    const slot: Slot = { id, isDone: false };
    this.#slots.push(slot);
    return () => {
      slot.isDone = true;
      if (this.#slots[0] === slot) this.#flush();
    };
  }

  #flush(): void {
    const until = this.#slots.findIndex((slot) => !slot.isDone);
    const done = this.#slots.splice(0, until === -1 ? this.#slots.length : until);
    this.#write(Buffer.concat(done.map(({ id }) => Buffer.of(0x40, 2, id >> 8, id & 0xff))));
  }
}
