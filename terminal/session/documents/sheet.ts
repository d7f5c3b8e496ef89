import type { Signature } from '@yimen/contracts/device';

/** A text of an official form: Chinese is what counts, English stands small beside it. */
export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

/** One label with what stands beside it. An empty value leaves the place free for a pen. */
export interface Field {
  readonly label: Bilingual;
  readonly value: string;
  /** Small, under the value. */
  readonly valueEn?: string;
}

/** One line of a table: a single field, or two side by side. */
export type Row = readonly [Field] | readonly [Field, Field];

/** What stands on a sheet from top to bottom. Tables and paragraphs may run over to the next page, rows may not. */
export type Block =
  | { readonly kind: 'table'; readonly rows: readonly Row[] }
  | { readonly kind: 'heading'; readonly text: Bilingual }
  | { readonly kind: 'paragraph'; readonly text: Bilingual }
  | {
      readonly kind: 'signature';
      readonly label: Bilingual;
      /** The pen's way as the pad gave it; null: to be signed by hand. */
      readonly signature: Signature | null;
      readonly dateLabel: Bilingual;
      readonly date: string;
    };

/** An A4 paper, before anything is measured. Pure data: the same sheet gives the same bytes. */
export interface Sheet {
  readonly office: Bilingual;
  readonly title: Bilingual;
  /** The number by which the office finds the case. */
  readonly number: Field;
  /** Data of the QR code at the top right, with error correction M; null: none. */
  readonly qr: string | null;
  /** Portrait at the right of the first table, 33 × 48 mm as travel documents want it: a JPEG file, grey or RGB. */
  readonly photo: Uint8Array | null;
  readonly blocks: readonly Block[];
  /** Left of the page number on every page: where and when it was printed. Nothing of the person. */
  readonly footer: string;
  /** Made without a real office: said behind the text and at the foot of every page. */
  readonly demonstration: boolean;
}

/** Why a sheet cannot be printed. `fontMissing`: `install` says what to install. `photoUnreadable`: no JPEG, or one of
 *  a kind that a printer may not know. `tooTall`: one row is higher than a page. `tooLong`: more pages than may be printed;
 *  `qrTooLong`: more than a QR code holds. */
export type DocumentFault =
  | { readonly code: 'fontMissing'; readonly install: string }
  | { readonly code: 'photoUnreadable' | 'tooTall' | 'tooLong' | 'qrTooLong' };
