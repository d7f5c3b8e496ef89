import { describe, expect, it } from 'vitest';
import type { Books } from './books.ts';
import { reconcile } from './compare.ts';
import { DIFFERENCES } from './difference.table.ts';
import { jsonReport, reportLines } from './report.ts';
import { agreeingBooks, DAY, type Draft, HOUR } from './testing/agreeing-books.ts';

type Doctor = (books: Draft<Books>) => void;
const NOTHING: Doctor = () => undefined;
const WRONG: Doctor = (books) => {
  for (const bill of books.statement.bills.slice(0, 1))
    Object.assign(bill, { state: 'voided', voidedFen: 1_500, capturedFen: 0 });
};

function report(doctor: Doctor, lang: 'zh-CN' | 'en', day: string | null = null): string {
  const books = agreeingBooks();
  doctor(books);
  return reportLines(reconcile(books, { day, heldMs: 72 * HOUR }), { day, lang }).join('\n');
}

describe('the report', () => {
  it('adds a day up in yuan, names what is open, and says that all agrees', () => {
    const zh = report(NOTHING, 'zh-CN');
    expect(zh).toContain(`对账：全部日期\n\n${DAY}\n`);
    expect(zh).toMatch(/exit\.endorse +1 +0 +1 +0 +30\.00 +0\.00 +1 +1 +0\n/u);
    expect(zh).toContain(
      '终端净收 30.00 − 事后退回 0.00 | 网关 30.00 | 支付方预授权 15.00 + 支付方已入账 15.00 → 相符',
    );
    expect(zh).toContain('补偿 case-stop: not-produced 15.00');
    expect(zh).toMatch(/全部相符$/u);
    const en = report(NOTHING, 'en');
    expect(en).toContain('terminals, net 30.00 − returned later 0.00 | gateway 30.00');
    expect(en).toMatch(/everything agrees$/u);
    expect(en).not.toMatch(/\p{Script=Han}/u);
  });

  it('tells a difference with day, terminal, reference, both sides and the next step, in the operator’s language', () => {
    const en = report(WRONG, 'en');
    expect(en).toContain(`  ${DAY} SD-DALIANG-01 bill-done [money-gateway-provider]`);
    expect(en).toContain('gateway captured 15.00 ≠ provider nothing 0.00');
    expect(en).toContain(`next: ${DIFFERENCES['money-gateway-provider'].next.en}`);
    expect(en).toContain('→ differ');
    expect(en).not.toContain('everything agrees');
    const zh = report(WRONG, 'zh-CN');
    expect(zh).toContain('网关 已入账 15.00 ≠ 支付方 无款 0.00');
    expect(zh).toContain('→ 不符');
  });

  it('lines its columns up although Chinese takes two of them', () => {
    const [head = '', ...rows] = report(NOTHING, 'zh-CN')
      .split('\n')
      .filter((line) => /^ {2}(业务|exit|veh|合计)/u.test(line));
    const width = (line: string): number => line.length + (line.match(/\p{Script=Han}/gu) ?? []).length;
    expect(rows).toHaveLength(3);
    expect(rows.map(width)).toEqual(rows.map(() => width(head)));
  });

  it('says so when nothing was served on the day, and when the fleet is behind', () => {
    expect(report(NOTHING, 'en', '2026-01-01')).toContain('no service');
    const behind: Doctor = (books) => {
      books.journals[0]!.acknowledgedSeq = 5;
      books.fleet.ledgers[0]!.upTo = 5;
      books.fleet.facts = [];
      books.fleet.volumes = [];
    };
    expect(report(behind, 'zh-CN')).toContain('另有 3 笔业务结果机群尚未确认');
  });

  it('gives one document with the same, and never shows a serial', () => {
    const books = agreeingBooks();
    WRONG(books);
    books.statement.serials[2]!.serial = books.statement.serials[0]!.serial;
    const found = reconcile(books, { day: DAY, heldMs: 72 * HOUR });
    const json = jsonReport(found, { day: DAY, lang: 'en' });
    expect(json).toMatchObject({ ok: false, day: DAY, days: [{ day: DAY }], withoutJournal: ['SD-LIGHT-01'] });
    expect(found.differences.map(({ kind }) => kind)).toContain('serial-twice');
    expect(JSON.stringify(json) + reportLines(found, { day: DAY, lang: 'en' }).join('')).not.toContain('S000000001');
  });
});
