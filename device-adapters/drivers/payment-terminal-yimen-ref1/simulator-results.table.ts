/** Results of this kind, as README.md lists them. */
export const TERMINAL_RESULT = {
  timeOut: 0x20,
  declined: 0x21,
  customerCancelled: 0x22,
  tooLate: 0x23,
  chargedAlready: 0x24,
  noCharge: 0x25,
  keypadFailed: 0x26,
  offline: 0x27,
} as const;

/** Values of the field `channel`. */
export const CHANNEL = { none: 0, qr: 1, card: 2 } as const;
