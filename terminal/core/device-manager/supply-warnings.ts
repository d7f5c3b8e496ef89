import type { DeviceStatus, Unit } from '@yimen/contracts/device';
import type { Journal } from '../journal/index.ts';
import { unitCode } from './status-journal.ts';

export interface SupplyWarnings {
  take(device: string, status: DeviceStatus): void;
}

/** Tells the fleet that a bin fills or a stack empties, while there is still time to send somebody (faults F04): once per
 *  change, also over restarts, however often the count moves within the same level. */
export function supplyWarnings(journal: Journal): SupplyWarnings {
  const told = new Map<string, Unit['replenishment']>(
    journal.reader.deviceRows('supply-warning', 0).map(({ fields }) => [fields.unit, fields.state]),
  );
  return {
    take: (device, status) => {
      // What is remembered of a device that is gone is no news.
      if (status.source === 'stale') return;
      for (const [name, { replenishment: state, count, capacity }] of Object.entries(status.units)) {
        const unit = unitCode(device, name);
        if ((told.get(unit) ?? 'ok') === state) continue;
        // A refused row is told again with the next status.
        if (journal.append([{ kind: 'supply-warning', fields: { unit, state, count, capacity } }]).ok)
          told.set(unit, state);
      }
    },
  };
}
