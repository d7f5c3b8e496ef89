import { SYNTHETIC_CODES } from '@yimen/contracts/testing';

/** What is printed on a paper that somebody holds up: an AIM identifier of its kind, and the content. */
export interface HeldPaper {
  readonly aim: string;
  readonly content: Uint8Array;
}

const paper = (content: string | readonly number[], aim = ']Q1'): HeldPaper => ({
  aim,
  content: typeof content === 'string' ? new TextEncoder().encode(content) : Uint8Array.from(content),
});

/** Papers by the names that the bench has for them. All of it is made up. */
export const HELD_PAPERS: Readonly<Record<string, HeldPaper>> = {
  'qr-receipt': paper('yimen:R7K2M9QX4T;4406062611050012'),
  ...Object.fromEntries(SYNTHETIC_CODES.map((code) => [code.thing, paper(code.text)])),
  'qr-booking': paper('https://booking.example/b/20261128-0930-A017'),
  // What a keyboard would obey.
  'qr-control-bytes': paper('\u0002\u0000\u0000Ctrl+L\u001b[2J\u0008\u0008\r\nAlt+F4\t\u0000\u007f<b>rm</b>\u0003'),
  'qr-long': paper('0123456789ABC'.repeat(100)),
  'qr-too-long': paper('0123456789'.repeat(260)),
  // FF stands in no UTF-8 and in no GB18030; 02 and zeros could be taken for a report's beginning.
  'qr-binary': paper([0xff, 0x00, 0x0d, 0x0a, 0xfe, 0x02, 0x38, 0x5d, 0x51, 0x31, 0x00, 0x05, 0x00, 0x01, 0xff, 0x17]),
  'code128-slip': paper('A0170042', ']C0'),
};
