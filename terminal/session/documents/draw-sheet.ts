import { Buffer } from 'node:buffer';
import { err, ok, type Clock, type Result } from '@yimen/contracts/base';
import type { Assignment } from '@yimen/contracts/terminal';
import { chosenViolations, type Facts } from '../machine/facts.ts';
import type { SessionState } from '../machine/session-machine.ts';
import type { DrawSheet, DrawnSheet } from '../runner/ports.ts';
import type { ServicePackage } from '../service-package.ts';
import { openDocumentFont, type DocumentFont } from './document-font.ts';
import { applicationForm } from './forms/application.ts';
import { decisionSheet } from './forms/decision.ts';
import type { Printing } from './forms/form.ts';
import { paperSheet } from './forms/paper.ts';
import { nationName } from './nations.table.ts';
import { renderPdf } from './pdf.ts';
import { receiptCode } from './receipt-check.ts';
import type { Bilingual, Sheet } from './sheet.ts';
import { shanghaiDay, shanghaiTime } from './shanghai-time.ts';

interface Drawing {
  readonly facts: Facts;
  readonly pkg: ServicePackage;
  readonly printing: Printing;
  readonly today: string;
  readonly index: number;
}

/** Sheets that a workflow may print, each from what the session knows; null: there is nothing to put on it. */
const SHEETS: Readonly<Record<string, (drawing: Drawing) => Sheet | null>> = {
  application,
  decision,
  paper,
};

const OFFICES: Readonly<Record<string, Bilingual>> = {
  'exit-entry': { zh: '佛山市公安局顺德分局出入境管理部门', en: 'Exit–Entry Administration, Shunde' },
  vehicle: { zh: '佛山市公安局交通警察支队顺德大队', en: 'Traffic Police, Shunde' },
  household: { zh: '佛山市公安局顺德分局户政部门', en: 'Household Registration, Shunde' },
};

/** Draws sheets for one session; the font is opened with the first of them and dies with the process. */
export function sheetDrawer(parts: {
  readonly assignment: Assignment;
  readonly clock: Clock;
  readonly packageOf: (state: SessionState) => ServicePackage | undefined;
}): DrawSheet {
  let font: DocumentFont | null = null;
  return (document, index, state): Promise<Result<DrawnSheet, { code: string }>> => {
    const pkg = parts.packageOf(state);
    const opened = font === null ? openDocumentFont() : ok(font);
    if (!opened.ok) return Promise.resolve(opened);
    font = opened.value;
    const wallMs = parts.clock.wallMs() + parts.assignment.wallOffsetMs;
    const { terminal, demo } = parts.assignment;
    const printing: Printing = {
      hall: { zh: terminal.hallZh, en: terminal.hallEn },
      terminalId: terminal.tid,
      printedAt: shanghaiTime(wallMs),
      demonstration: demo,
    };
    const today = shanghaiDay(wallMs);
    const sheet =
      pkg === undefined ? null : (SHEETS[document]?.({ facts: state.facts, pkg, printing, today, index }) ?? null);
    if (sheet === null) return Promise.resolve(err({ code: 'nothingToPrint' }));
    const rendered = renderPdf(sheet, font);
    if (!rendered.ok) return Promise.resolve(rendered);
    // A form with a name that cannot be written is no form: a window writes it by hand.
    if (rendered.value.missing.length > 0) return Promise.resolve(err({ code: 'name-rare-char' }));
    return Promise.resolve(ok({ pdf: rendered.value.bytes, pages: rendered.value.pages }));
  };
}

function officeOf(pkg: ServicePackage): Bilingual {
  return OFFICES[pkg.manifest.domain] ?? { zh: '', en: '' };
}

/** What an answer is called, in both languages. */
function said({ pkg, facts }: Drawing, question: string): Bilingual {
  const key = `${question}.${facts.answers[question] ?? ''}`;
  return { zh: pkg.texts['zh-CN'][key] ?? '', en: pkg.texts.en[key] ?? '' };
}

function isoDate(yyyymmdd: string): string {
  return `${yyyymmdd.slice(0, 4)}-${yyyymmdd.slice(4, 6)}-${yyyymmdd.slice(6)}`;
}

function application(drawing: Drawing): Sheet | null {
  const { facts, pkg, printing, today } = drawing;
  const fields = facts.identity?.fields;
  if (fields === undefined || facts.case === null) return null;
  return applicationForm({
    office: officeOf(pkg),
    receiptNo: facts.case.receiptNo,
    qr: receiptCode(facts.receiptId, facts.case.receiptNo),
    document: said(drawing, 'docKind'),
    reason: said(drawing, 'reason'),
    applicant: {
      name: fields.name ?? fields.chineseName ?? '',
      sex: fields.sex === '1' ? '男' : fields.sex === '2' ? '女' : '',
      nation: nationName(fields.nation ?? ''),
      birth: isoDate(fields.birth ?? ''),
      idNo: fields.idNumber ?? '',
      address: fields.address ?? '',
      phone: facts.phone ?? '',
    },
    delivery: said(drawing, 'delivery'),
    photo: facts.photo === null ? null : new Uint8Array(Buffer.from(facts.photo, 'base64')),
    signature: facts.signature,
    signedOn: today,
    printing,
  });
}

function decision({ facts, pkg, printing, today, index }: Drawing): Sheet | null {
  const goods = facts.reservation?.goods;
  const one = goods?.kind === 'decisions' ? goods.decisions[index] : undefined;
  const violation = chosenViolations(facts).find((other) => other.violationId === one?.violationId);
  if (one === undefined || violation === undefined) return null;
  const plateType = facts.answers['plateType'] ?? '';
  return decisionSheet({
    office: officeOf(pkg),
    decisionNo: one.decisionNo,
    qr: receiptCode(facts.receiptId, facts.case?.receiptNo ?? ''),
    person: {
      name: facts.identity?.fields.name ?? '',
      idNo: facts.identity?.fields.idNumber ?? '',
      licenceNo: facts.lookups['vehicle.licence.lookup']?.licenceNo ?? '',
    },
    plateNo: facts.answers['plateNo'] ?? '',
    plateType: {
      zh: pkg.texts['zh-CN'][`plateType.${plateType}`] ?? plateType,
      en: pkg.texts.en[`plateType.${plateType}`] ?? plateType,
    },
    at: violation.at,
    place: { zh: violation.placeZh, en: violation.placeEn },
    act: { zh: violation.actZh, en: violation.actEn },
    fineFen: one.fineFen,
    points: one.points,
    decidedOn: today,
    dueOn: one.dueDate,
    paid: facts.money === 'taken',
    payAt: textOf(pkg, 'decision.payAt'),
    reviewBy: textOf(pkg, 'decision.reviewBy'),
    court: textOf(pkg, 'decision.court'),
    signature: facts.signature,
    printing,
  });
}

function paper({ facts, pkg, printing }: Drawing): Sheet | null {
  const goods = facts.reservation?.goods;
  if (goods?.kind !== 'paper') return null;
  const receiptNo = facts.case?.receiptNo ?? '';
  return paperSheet({
    office: officeOf(pkg),
    title: { zh: goods.title, en: pkg.texts.en['title'] ?? '' },
    receiptNo,
    qr: receiptCode(facts.receiptId, receiptNo),
    lines: goods.lines,
    printing,
  });
}

function textOf({ texts }: ServicePackage, key: string): Bilingual {
  return { zh: texts['zh-CN'][key] ?? '', en: texts.en[key] ?? '' };
}
