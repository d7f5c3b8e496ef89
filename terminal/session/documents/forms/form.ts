import type { Bilingual, Field } from '../sheet.ts';

/** What every form says of the place and time of its printing. */
export interface Printing {
  readonly hall: Bilingual;
  readonly terminalId: string;
  /** As it is to be read: `2026-11-27 16:02`, official time. */
  readonly printedAt: string;
  readonly demonstration: boolean;
}

export function footerOf({ hall, terminalId, printedAt }: Printing): string {
  return `${hall.zh}  ${terminalId}  ${printedAt} 打印 Printed`;
}

export function field(zh: string, en: string, value: string, valueEn?: string): Field {
  return { label: { zh, en }, value, ...(valueEn === undefined || valueEn === '' ? {} : { valueEn }) };
}

/** An official date: 2026年11月27日. Another text than YYYY-MM-DD stays as it is. */
export function officialDate(iso: string): string {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso) ?? [];
  return year === undefined ? iso : `${year}年${Number(month)}月${Number(day)}日`;
}
