import type { CountCode } from '@yimen/contracts/back-office';

/** `fee.endorse` by variant, in fen for one destination, valid from 2017-07-01.
 *  @source 发改价格[2017]1186 */
export const ENDORSE_FEE_FEN: Readonly<Record<CountCode, number>> = {
  once: 1_500,
  twice: 3_000,
  multi1y: 8_000,
  multi2y: 12_000,
  multi3y: 16_000,
  multi3yPlus: 24_000,
};
