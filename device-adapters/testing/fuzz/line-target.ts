import type { Cutter } from '../../framing/cutter.ts';
import { inPieces } from './mutate.ts';
import { promise, type FuzzTarget } from './target.ts';

export interface LineTargetParts<F> {
  readonly name: string;
  readonly seeds: readonly Uint8Array[];
  /** A whole frame that must be found after any nonsense and a pause. */
  readonly good: Uint8Array;
  readonly create: () => Cutter<F>;
  /** The largest frame. */
  readonly limitBytes: number;
  /** The bytes that a frame must have had on the wire, put together without the framer; `undefined`: it is none. */
  readonly wireOf: (frame: F) => Uint8Array | undefined;
  /** What is made of a frame that fits: further parsers. */
  readonly onFrame?: (frame: F) => void;
}

/** A framer on one long line of damaged frames. */
export function lineTarget<F>(parts: LineTargetParts<F>): FuzzTarget {
  const cutter = parts.create();
  return {
    name: parts.name,
    seeds: parts.seeds,
    run(damaged, random) {
      const emitted = inPieces(damaged, random).flatMap((piece) => {
        const cuts = cutter.push(piece);
        promise(cutter.heldBytes <= parts.limitBytes, `holds ${cutter.heldBytes} bytes of at most ${parts.limitBytes}`);
        return cuts;
      });
      emitted.push(...cutter.flush());
      promise(cutter.heldBytes === 0, `holds ${cutter.heldBytes} bytes after a pause`);
      let passed = 0;
      for (const cut of emitted) {
        if (cut.kind === 'discarded') {
          passed += cut.bytes.length;
          continue;
        }
        const wire = parts.wireOf(cut.frame);
        promise(wire !== undefined, 'gave a frame that can be none');
        const at = damaged.subarray(passed, passed + wire.length);
        promise(Buffer.compare(at, wire) === 0, 'gave a frame whose bytes, with their check sum, were not on the line');
        passed += wire.length;
        parts.onFrame?.(cut.frame);
      }
      promise(passed === damaged.length, `${damaged.length} bytes came, ${passed} are accounted for`);
      const [found, ...more] = cutter.push(parts.good);
      promise(more.length === 0 && found?.kind === 'frame', 'did not find a good frame after the nonsense');
    },
  };
}
