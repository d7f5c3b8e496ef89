import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { renderRelease } from '../release/describe-release.ts';
import { renderErrorCodes } from './documents/error-codes.ts';
import { renderEvents } from './documents/events.ts';
import { faultMatrixFaults, renderFaultMatrix } from './documents/fault-matrix.ts';
import { fleetWireFaults, renderFleetWire, renderFleetWireSchema } from './documents/fleet-wire.ts';
import { renderXfs4Iot } from './documents/xfs4iot.ts';

/** A document that is written by the program, never by hand. Rooms add their own rows. */
export interface GeneratedDocument {
  /** From the root. */
  readonly path: string;
  /** The whole text, the same on every machine and every day. */
  readonly render: () => string;
  /** What is wrong with what it is written from, a sentence each. */
  readonly faults?: () => readonly string[];
}

const SERVICES = 'terminal/services';
const ROOT = join(import.meta.dirname, '../..');

export const GENERATED_DOCUMENTS: readonly GeneratedDocument[] = [
  { path: 'docs/reference/error-codes.md', render: renderErrorCodes },
  { path: 'docs/reference/events.md', render: renderEvents },
  { path: 'docs/reference/xfs4iot.md', render: renderXfs4Iot },
  { path: 'docs/reference/fault-matrix.md', render: renderFaultMatrix, faults: faultMatrixFaults },
  { path: 'docs/reference/fleet-wire.md', render: renderFleetWire, faults: fleetWireFaults },
  { path: 'docs/reference/fleet-wire.schema.json', render: renderFleetWireSchema },
  // What seals a service package: a file that was changed without being sealed anew is refused by every terminal.
  ...readdirSync(join(ROOT, SERVICES), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name: id }) => ({
      path: `${SERVICES}/${id}/release.json`,
      render: () => renderRelease(join(ROOT, SERVICES, id)),
    })),
];
