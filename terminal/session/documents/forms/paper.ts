import type { Bilingual, Sheet } from '../sheet.ts';
import { field, footerOf, type Printing } from './form.ts';

/** A certificate or other paper whose words the office gives: a title and lines. */
export interface PaperData {
  readonly office: Bilingual;
  readonly title: Bilingual;
  readonly receiptNo: string;
  readonly qr: string;
  readonly lines: readonly { readonly label: string; readonly value: string }[];
  readonly printing: Printing;
}

export function paperSheet({ office, title, receiptNo, qr, lines, printing }: PaperData): Sheet {
  return {
    office,
    title,
    number: field('受理编号', 'Receipt No.', receiptNo),
    qr,
    photo: null,
    footer: footerOf(printing),
    demonstration: printing.demonstration,
    blocks: [{ kind: 'table', rows: lines.map(({ label, value }) => [field(label, '', value)]) }],
  };
}
