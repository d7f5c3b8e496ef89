/** What a person at the bench can hold in the hand. */
export interface Thing {
  readonly thing: string;
  readonly type:
    | 'permit'
    | 'id-card'
    | 'payment'
    | 'finger'
    | 'signature'
    | 'code'
    | 'old-licence'
    | 'blanks'
    | 'document'
    | 'supply'
    | 'original'
    | 'cabinet-hand';
  /** The device kind into which, or against which, it goes. */
  readonly device:
    | 'card-unit'
    | 'id-card-reader'
    | 'payment-terminal'
    | 'fingerprint'
    | 'signature-pad'
    | 'qr-reader'
    | 'licence-printer'
    | 'document-locker'
    | 'document-printer'
    | 'document-scanner'
    | 'cabinet-io';
  readonly zh: string;
  readonly en: string;
  /** What is special about it. */
  readonly noteZh: string;
  readonly noteEn: string;
}
