import { SYNTHETIC_CODES } from '@yimen/contracts/testing';

/** A code as it is printed: its bytes, nothing of how a reader tells them. */
export type PrintedCode = Uint8Array;

/** Over the cap of 2,048 bytes, within what a QR code holds (2,953). */
const TOO_LONG = 2_600;

/** What a hand can hold before the window. All of it is made up. */
export const PRINTED_CODES: ReadonlyMap<string, PrintedCode> = new Map<string, PrintedCode>([
  ['qr-receipt', text('yimen:R7K2M9QX4T;4406062611050012')],
  ...SYNTHETIC_CODES.map((code): [string, PrintedCode] => [code.thing, text(code.text)]),
  ['qr-booking', text('https://booking.example/b/20261128-0930-A017')],
  // What a keyboard wedge would obey: escape, Ctrl+, backspace, a line end, NUL; and how an answer begins.
  ['qr-control-bytes', text('\u0002\u0000\u0000Ctrl+L\u001b[2J\u0008\u0008\r\nAlt+F4\t\u0000\u007f<b>rm</b>\u0003')],
  ['qr-too-long', text('0123456789'.repeat(TOO_LONG / 10))],
  // FF stands in no UTF-8 and in no GB18030.
  [
    'qr-binary',
    Uint8Array.of(0xff, 0x00, 0x0d, 0x0a, 0xfe, 0x02, 0x00, 0x00, 0x01, 0xff, 0xd8, 0x80, 0x0d, 0x0a, 0xff, 0x17),
  ],
]);

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}
