import { ref1Faults } from '../../testing/ref1-device/faults.table.ts';

/** Faults of the matrix and of this collector; those of the protocol and of the cable are joined in. */
export const COLLECTOR_FAULTS: readonly string[] = ref1Faults([
  /** The glass is dirty: a standing fault, and every image has stains. */
  'F42',
  /** The finger is not lifted, whatever the person is told. */
  'F43',
  /** A chunk in the middle of the next image is accepted and never comes, once. */
  'chunk-lost',
  /** The digest of an image is not the image's. */
  'wrong-digest',
]);

/** Other words for rows of the matrix. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['dirty-sensor', 'F42'],
  ['finger-stays', 'F43'],
]);

/** The collector's switch of this name; `undefined` when it has none. */
export function collectorFault(name: string): string | undefined {
  const wanted = WORDS.get(name) ?? name;
  return COLLECTOR_FAULTS.find((fault) => fault === wanted);
}
