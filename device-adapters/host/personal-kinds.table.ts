import type { DeviceKind } from '@yimen/contracts/device';

/** Whether a kind's driver hears or prints what is a citizen's: texts, numbers, pictures, cases, bills. Such a driver never
 *  runs in the host's own process, and its process is replaced when a session that used it is over (`driver-group.ts`). */
export const SEES_CITIZENS: Readonly<Record<DeviceKind, boolean>> = {
  'card-unit': false,
  'travel-document': true,
  'id-card-reader': true,
  camera: false,
  fingerprint: true,
  'signature-pad': true,
  'qr-reader': true,
  'endorsement-printer': true,
  'licence-printer': true,
  'document-locker': true,
  'receipt-printer': true,
  'document-printer': true,
  'document-scanner': true,
  'payment-terminal': true,
  'cabinet-io': false,
};
