/** What the printer's sensors show. */
export interface PrinterCondition {
  readonly paper: 'ok' | 'low' | 'out';
  readonly isCoverOpen: boolean;
  /** The cover was opened while the head printed: an error of its own, which ends when the cover is closed. */
  readonly isCoverError: boolean;
  readonly isCutterJammed: boolean;
  readonly isHeadHot: boolean;
  readonly isBroken: boolean;
}

/** No drawer hangs on the connector: pin 3 is high, which is bit 2 of both printer-status bytes. */
const DRAWER_HIGH = 0x04;

/** Off-line: nothing in the receive buffer is executed. */
export function isOffline(condition: PrinterCondition): boolean {
  return condition.paper === 'out' || condition.isCoverOpen || hasError(condition);
}

/** The answer to DLE EOT n, n = 1…4: one byte 0xx1xx10.
 *  @source Epson ESC/POS command reference, DLE EOT: n = 1 b2 drawer, b3 off-line; n = 2 b2 cover, b5 stopped by paper
 *  end, b6 error; n = 3 b3 cutter, b5 unrecoverable, b6 recovers by itself (hot head, cover opened while printing);
 *  n = 4 b2 b3 near end, b5 b6 end */
export function realtimeStatus(n: 1 | 2 | 3 | 4, condition: PrinterCondition): number {
  const isOut = condition.paper === 'out';
  switch (n) {
    case 1:
      return 0x12 | DRAWER_HIGH | bit(3, isOffline(condition));
    case 2:
      return 0x12 | bit(2, condition.isCoverOpen) | bit(5, isOut) | bit(6, hasError(condition));
    case 3:
      return 0x12 | errorBits(condition);
    case 4:
      return 0x12 | (condition.paper === 'ok' ? 0 : 0x0c) | (isOut ? 0x60 : 0);
  }
}

/** The four bytes of automatic status (GS a).
 *  @source Epson ESC/POS command reference, GS a: byte 1 0xx1xx00, b2 drawer, b3 off-line, b5 cover; byte 2 b3 cutter,
 *  b5 unrecoverable, b6 recovers by itself; byte 3 b0 b1 near end, b2 b3 end; byte 4 reserved, sent as 0F (assumed
 *  from what TM printers are seen to send) */
export function automaticStatus(condition: PrinterCondition): Uint8Array {
  const first = 0x10 | DRAWER_HIGH | bit(3, isOffline(condition)) | bit(5, condition.isCoverOpen);
  return Uint8Array.of(first, errorBits(condition), paperBits(condition), 0x0f);
}

/** Whether a printer that was told to watch `mask` (GS a n: b1 on-line and cover, b2 errors, b3 paper) speaks up. On
 *  a printer that stops at paper end, the paper bits belong to b1 as well.
 *  @source TM programming manual, GS a, table of statuses by bit of n */
export function isWorthTelling(mask: number, before: Uint8Array, after: Uint8Array): boolean {
  const differs = (index: number): boolean => before[index] !== after[index];
  const isLine = (mask & 0x02) !== 0 && (differs(0) || differs(2));
  const isError = (mask & 0x04) !== 0 && differs(1);
  return isLine || isError || ((mask & 0x08) !== 0 && differs(2));
}

/** The answer to GS r 1: b0 b1 near end, b2 b3 end. */
export function paperBits(condition: PrinterCondition): number {
  return (condition.paper === 'ok' ? 0 : 0x03) | (condition.paper === 'out' ? 0x0c : 0);
}

function hasError(condition: PrinterCondition): boolean {
  return errorBits(condition) !== 0;
}

function errorBits(condition: PrinterCondition): number {
  const recoversItself = condition.isHeadHot || condition.isCoverError;
  return bit(3, condition.isCutterJammed) | bit(5, condition.isBroken) | bit(6, recoversItself);
}

function bit(position: number, isOn: boolean): number {
  return isOn ? 1 << position : 0;
}
