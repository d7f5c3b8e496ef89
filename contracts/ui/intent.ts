import { z } from 'zod';
import { languageSchema, modeSchema } from './view.ts';

const code = z.string().regex(/^[A-Za-z0-9._-]{1,60}$/);
const none = {};

const fields = {
  start: none,
  language: { lang: languageSchema },
  mode: { mode: modeSchema },
  service: { service: code },
  confirm: none,
  back: none,
  leave: none,
  /** More time. */
  extend: none,
  again: none,
  agree: { consent: code },
  decline: { consent: code },
  /** 不用人脸: finger or window instead. */
  useWindow: none,
  /** The other way on this screen: type a number, use another finger. */
  other: none,
  /** A signature on the screen: strokes of points, thousandths of the field's width and height, and milliseconds since
   *  the first point. */
  sign: {
    strokes: z
      .array(
        z
          .array(z.tuple([z.int().min(0).max(1000), z.int().min(0).max(1000), z.int().min(0).max(600_000)]))
          .min(1)
          .max(1_000),
      )
      .min(1)
      .max(100),
  },
  choose: { question: code, value: code },
  submit: { field: code, value: z.string().max(200) },
  skip: none,
  edit: { line: code },
  cancelPay: none,
  printReceipt: none,
  showQr: none,
  /** 我已记下: the citizen has noted the incident number. */
  noted: none,
  rate: { stars: z.int().min(1).max(5) },
  help: none,
  closeHelp: none,
  /** A camera frame as base64; the page says what it measured, the session judges. */
  picture: {
    subject: z.enum(['face', 'photo']),
    mime: z.literal('image/jpeg'),
    base64: z.string().max(400_000),
    luminance: z.int().min(0).max(255),
    variance: z.int().min(0).max(65_025),
    /** Changes with any pixel of what was measured; empty: not told. */
    digest: z.string().max(64),
    camera: z.enum(['ok', 'black', 'frozen', 'denied', 'missing']),
  },
} as const;

export type IntentKind = keyof typeof fields;

const intentOf = <K extends IntentKind>(kind: K) =>
  z.strictObject({ view: z.int().min(0), kind: z.literal(kind), ...fields[kind] });

/** A wish, judged by the state of whoever receives it. It names no device, file, address or command. */
export const intentSchema = z.discriminatedUnion('kind', [
  intentOf('start'),
  intentOf('language'),
  intentOf('mode'),
  intentOf('service'),
  intentOf('confirm'),
  intentOf('back'),
  intentOf('leave'),
  intentOf('extend'),
  intentOf('again'),
  intentOf('agree'),
  intentOf('decline'),
  intentOf('useWindow'),
  intentOf('other'),
  intentOf('sign'),
  intentOf('choose'),
  intentOf('submit'),
  intentOf('skip'),
  intentOf('edit'),
  intentOf('cancelPay'),
  intentOf('printReceipt'),
  intentOf('showQr'),
  intentOf('noted'),
  intentOf('rate'),
  intentOf('help'),
  intentOf('closeHelp'),
  intentOf('picture'),
]);
export type Intent = z.infer<typeof intentSchema>;
export type IntentOf<K extends IntentKind> = Extract<Intent, { kind: K }>;
