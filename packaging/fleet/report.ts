import type { DayRow, OpenMatter, Reconciliation, ServiceRow } from './compare.ts';
import { DIFFERENCES, STANDINGS, type Difference, type Said } from './difference.table.ts';
import type { Language, ReconcileOptions } from './options.ts';
import { TEXTS } from './words.table.ts';

type Asked = Pick<ReconcileOptions, 'day' | 'lang'>;

/** Lines of each list for people; the JSON has them all. */
const LISTED = 40;

/** The document of `--json`. */
export function jsonReport(found: Reconciliation, { day, lang }: Asked): object {
  const word = wordOf(lang);
  return {
    ok: found.differences.length === 0,
    day,
    days: found.days,
    differences: found.differences.map((one) => ({
      ...one,
      what: DIFFERENCES[one.kind].what[word],
      next: DIFFERENCES[one.kind].next[word],
    })),
    open: found.open,
    withoutJournal: found.withoutJournal,
  };
}

/** The report for people. */
export function reportLines(found: Reconciliation, { day, lang }: Asked): string[] {
  const text = TEXTS[lang];
  const { days, differences, open, withoutJournal } = found;
  const late = days.flatMap(({ services }) => services).reduce((sum, { notYetAtFleet }) => sum + notYetAtFleet, 0);
  return [
    text.title(day),
    ...(days.length === 0 ? [text.nothing] : days.flatMap((one) => ['', ...dayLines(one, lang)])),
    '',
    ...(late > 0 ? [text.notYet(late)] : []),
    ...(withoutJournal.length > 0 ? [text.withoutJournal(withoutJournal)] : []),
    ...(open.length > 0 ? [text.open(open.length), ...limited(open, lang, openLine)] : []),
    ...(differences.length > 0
      ? [text.differences(differences.length), ...limited(differences, lang, differenceLines)]
      : [text.agree]),
  ];
}

function limited<T>(all: readonly T[], lang: Language, line: (one: T, lang: Language) => string[]): string[] {
  const rest = all.length - LISTED;
  return [
    ...all.slice(0, LISTED).flatMap((one) => line(one, lang)),
    ...(rest > 0 ? [`  ${TEXTS[lang].more(rest)}`] : []),
  ];
}

function dayLines({ day, services, money }: DayRow, lang: Language): string[] {
  const text = TEXTS[lang];
  const total = services.reduce<ServiceRow>(added, { ...NO_SERVICE, service: text.total });
  const rows = [...services, ...(services.length > 1 ? [total] : [])].map(cellsOf);
  const { sums } = text;
  const net = money.terminalFen - money.returnedLaterFen;
  const agrees = net === money.gatewayFen && net === money.heldFen + money.capturedFen;
  return [
    day,
    ...(services.length === 0 ? [] : table([text.columns, ...rows])),
    `  ${text.money(money.bills, money.moving)}`,
    `    ${sums.terminal} ${yuan(money.terminalFen)} − ${sums.returned} ${yuan(money.returnedLaterFen)} | ` +
      `${sums.gateway} ${yuan(money.gatewayFen)} | ${sums.held} ${yuan(money.heldFen)} + ` +
      `${sums.captured} ${yuan(money.capturedFen)} → ${agrees ? sums.agree : sums.differ}`,
  ];
}

const NO_SERVICE: ServiceRow = {
  service: '',
  done: 0,
  refused: 0,
  stopped: 0,
  abandoned: 0,
  chargedFen: 0,
  refundedFen: 0,
  produced: 0,
  handedOver: 0,
  notYetAtFleet: 0,
};

function added(sum: ServiceRow, row: ServiceRow): ServiceRow {
  return {
    service: sum.service,
    done: sum.done + row.done,
    refused: sum.refused + row.refused,
    stopped: sum.stopped + row.stopped,
    abandoned: sum.abandoned + row.abandoned,
    chargedFen: sum.chargedFen + row.chargedFen,
    refundedFen: sum.refundedFen + row.refundedFen,
    produced: sum.produced + row.produced,
    handedOver: sum.handedOver + row.handedOver,
    notYetAtFleet: sum.notYetAtFleet + row.notYetAtFleet,
  };
}

function cellsOf(row: ServiceRow): string[] {
  const { service, done, refused, stopped, abandoned, chargedFen, refundedFen, produced, handedOver } = row;
  const counts = [done, refused, stopped, abandoned].map(String);
  return [
    service,
    ...counts,
    yuan(chargedFen),
    yuan(refundedFen),
    ...[produced, handedOver, row.notYetAtFleet].map(String),
  ];
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ''))));
  return rows.map((row) => `  ${row.map((cell, i) => padded(cell, widths[i] ?? 0, i === 0)).join('  ')}`.trimEnd());
}

/** Columns that a text takes on a terminal: Chinese takes two for each character. */
function widthOf(text: string): number {
  return text.length + (text.match(/[\u2e80-\uffff]/gu) ?? []).length;
}

function padded(text: string, width: number, left: boolean): string {
  const blank = ' '.repeat(width - widthOf(text));
  return left ? text + blank : blank + text;
}

function openLine({ what, day, tid, ref, why, fen }: OpenMatter, lang: Language): string[] {
  return [`  ${day} ${tid} ${TEXTS[lang].matters[what]} ${ref}: ${why}${fen === null ? '' : ` ${yuan(fen)}`}`];
}

function differenceLines({ kind, day, tid, ref, left, right }: Difference, lang: Language): string[] {
  const word = wordOf(lang);
  const where = [day, tid, ref].filter((part) => part !== null).join(' ');
  return [
    `  ${where} [${kind}] ${DIFFERENCES[kind].what[word]}: ${saidText(left, lang)} ≠ ${saidText(right, lang)}`,
    `    ${TEXTS[lang].next}${DIFFERENCES[kind].next[word]}`,
  ];
}

function saidText({ by, standing, fen, count }: Said, lang: Language): string {
  const parts = [
    TEXTS[lang].keepers[by],
    ...(standing === null ? [] : [STANDINGS[standing][wordOf(lang)]]),
    ...(count === null ? [] : [TEXTS[lang].rows(count)]),
    ...(fen === null ? [] : [yuan(fen)]),
  ];
  return parts.join(' ');
}

function yuan(fen: number): string {
  return (fen / 100).toFixed(2);
}

function wordOf(lang: Language): 'zh' | 'en' {
  return lang === 'en' ? 'en' : 'zh';
}
