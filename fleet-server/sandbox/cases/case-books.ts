import { SANDBOX_LIMITS } from '../limits.table.ts';
import type { Shelf } from '../shelf.ts';
import type { CaseFile, CaseOfficeName } from './case-file.ts';

/** “An officer looked at this case”, told until the asker acknowledges it. */
export interface CaseNotice {
  readonly id: string;
  readonly office: CaseOfficeName;
  readonly foreignRef: string;
  readonly result: 'passed' | 'refused';
  readonly at: number;
}

/** Reads and writes of case files and of what the officers' desk tells, for all offices with cases. */
export interface CaseBooks {
  file(receiptNo: string): CaseFile | undefined;
  byForeignRef(foreignRef: string): CaseFile | undefined;
  /** The newest cases of a person, by thing id of the permit or ID card. */
  ofPerson(office: CaseOfficeName, things: readonly string[]): CaseFile[];
  keep(file: CaseFile): void;
  /** Cases whose hold may run out. */
  held(): CaseFile[];
  newReceiptNo(today: string): string;
  /** The newest errand of one purpose on a case, and how many there were. */
  lastErrand(onCase: string, purpose: string): { readonly receiptNo: string; readonly count: number } | undefined;
  keepErrand(onCase: string, purpose: string, errand: { receiptNo: string; count: number }): void;
  notices(office: CaseOfficeName): CaseNotice[];
  tell(notice: Omit<CaseNotice, 'id'>): void;
  acknowledge(office: CaseOfficeName, ids: readonly string[]): void;
}

export function createCaseBooks(shelf: Shelf): CaseBooks {
  return {
    file: (receiptNo) => shelf.get<CaseFile>('case', receiptNo),
    byForeignRef: (foreignRef) => shelf.owned<CaseFile>('case', foreignRef)[0],
    ofPerson: (office, things) =>
      shelf
        .newest<CaseFile>('case', SANDBOX_LIMITS.searchedCases)
        .filter((file) => file.office === office && things.includes(file.person)),
    keep: (file) =>
      shelf.put('case', file.receiptNo, file, { owner: file.foreignRef, live: file.stage === 'reserved' }),
    held: () => shelf.live<CaseFile>('case'),
    newReceiptNo: (today) => `4406${today.replaceAll('-', '')}${String(shelf.next('receipt')).padStart(7, '0')}`,
    lastErrand: (onCase, purpose) => shelf.get('errand', `${onCase} ${purpose}`),
    keepErrand: (onCase, purpose, errand) => shelf.put('errand', `${onCase} ${purpose}`, errand),
    notices: (office) => shelf.owned<CaseNotice>('caseNotice', office),
    tell: (notice) => {
      const id = `k${String(shelf.next('caseNotice')).padStart(9, '0')}`;
      shelf.put('caseNotice', id, { ...notice, id }, { owner: notice.office, live: true });
    },
    acknowledge: (office, ids) => {
      for (const id of ids)
        if (shelf.get<CaseNotice>('caseNotice', id)?.office === office) shelf.drop('caseNotice', id);
    },
  };
}
