/** Published fees by variant, in fen. A bill's row names where a fee comes from (`fee.endorse.once.2017`); what it
 *  costs is its variant's.
 *  @source once … multi3yPlus (for one destination): 发改价格[2017]1186; licence: 发改价格[2004]2831; vlic: 发改价格[2017]1186;
 *  id-loss, id-damage: 粤价[2004]24号; the others stand for prices that the police have to name. */
export const FEE_FEN: Readonly<Record<string, number>> = {
  once: 1_500,
  twice: 3_000,
  multi1y: 8_000,
  multi2y: 12_000,
  multi3y: 16_000,
  multi3yPlus: 24_000,
  passport: 12_000,
  'hkm-permit': 6_000,
  'tw-permit': 6_000,
  licence: 1_000,
  vlic: 1_000,
  'id-expiry': 2_000,
  'id-loss': 4_000,
  'id-damage': 4_000,
};
