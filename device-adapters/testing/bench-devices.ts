import { createSimulatedCrt591 } from '../drivers/card-unit-creator-crt591/simulator.ts';
import { createSimulatedChip } from '../drivers/travel-document-icao-9303/simulator.ts';
import type { BenchDevice } from './bench-world.ts';
import type { CardPath, SimulatedPermit } from './card-path.ts';
import type { SimulatorContext } from './simulated-device.ts';

export interface BenchDeviceParts {
  readonly context: SimulatorContext;
  readonly path: CardPath;
  readonly permits: readonly SimulatedPermit[];
  /** Cards that lay in the retain bin when the bench stopped. */
  readonly binCount: number;
}

/** Every simulated device of the cabinet, on one card path. */
export function createBenchDevices({ context, path, permits, binCount }: BenchDeviceParts): readonly BenchDevice[] {
  return [
    { device: createSimulatedCrt591(context, path, { permits, binCount }) },
    { device: createSimulatedChip(context, path) },
  ];
}
