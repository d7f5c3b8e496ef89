import { SYNTHETIC_PHOTO_RECEIPTS, type SyntheticPhotoReceipt } from '@yimen/contracts/testing';
import { addDays, addMonths } from './office-clock.ts';

const VALID_MONTHS = 6;

/** Whether the photo behind a 数字相片采集回执 serves this holder today. */
export function judgePhoto(
  photoReceiptNo: string,
  holder: string | undefined,
  today: string,
): 'good' | 'unknown' | 'expired' | 'anothers' {
  const receipt = SYNTHETIC_PHOTO_RECEIPTS.find((one) => one.photoReceiptNo === photoReceiptNo);
  if (receipt === undefined) return 'unknown';
  if (receipt.holder !== holder) return 'anothers';
  return isValid(receipt, today) ? 'good' : 'expired';
}

/** A photo of this holder that is still good. */
export function findPhoto(holder: string, today: string): SyntheticPhotoReceipt | undefined {
  return SYNTHETIC_PHOTO_RECEIPTS.find((one) => one.holder === holder && isValid(one, today));
}

function isValid(receipt: SyntheticPhotoReceipt, today: string): boolean {
  return addMonths(addDays(today, -receipt.daysAgo), VALID_MONTHS) >= today;
}
