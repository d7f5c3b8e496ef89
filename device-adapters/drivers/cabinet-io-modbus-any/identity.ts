import type { Fault } from '@yimen/contracts/device';
import { rowsOf, type CabinetModel } from './cabinet-model.ts';
import type { Image, Place } from './read-plan.ts';
import { markFault } from './status.ts';

/** Who the board says that it is. */
export interface CabinetIdentity {
  /** Empty: the model has no such row. */
  readonly serial: string;
  readonly firmware: string | null;
}

/** What identifies the board. */
export function identityPlaces(model: CabinetModel): readonly Place[] {
  return rowsOf(model, 'mark', 'firmware', 'serial');
}

/** The first mark that is not as the model says; `undefined`: it is this model. */
export function wrongMark(model: CabinetModel, image: Image, unit: number): Fault | undefined {
  for (const row of rowsOf(model, 'mark')) {
    const read = image.at(row, unit);
    if (read !== undefined && read !== row.value) return markFault(`mark "${row.name}"`, row.value, read);
  }
  return undefined;
}

/** Serial number and firmware by the model's rows. */
export function identityOf(model: CabinetModel, image: Image, unit: number): CabinetIdentity {
  const [serialRow] = rowsOf(model, 'serial');
  const [firmwareRow] = rowsOf(model, 'firmware');
  const words = Array.from({ length: serialRow?.registers ?? 0 }, (_, at) =>
    serialRow === undefined ? 0 : (image.at({ ...serialRow, address: serialRow.address + at }, unit) ?? 0),
  );
  const firmware = firmwareRow === undefined ? undefined : image.at(firmwareRow, unit);
  return {
    serial: words
      .flatMap((word) => [word >> 8, word & 0xff])
      .map(printable)
      .join(''),
    firmware: firmware === undefined ? null : `${firmware >> 8}.${firmware & 0xff}`,
  };
}

/** Filling is left out; what is no ASCII character is shown as one that no serial number has. */
function printable(byte: number): string {
  if (byte === 0) return '';
  return byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '?';
}
