import type { simpleBeginSchema } from '@yimen/contracts/back-office';
import type { z } from 'zod';
import type { CaseItem } from '../cases/case-file.ts';
import { cardByNumber } from '../people.ts';

type Body = z.infer<typeof simpleBeginSchema>;
interface Details {
  readonly idNo: string | null;
  readonly answers: Readonly<Record<string, string>>;
}

const LINES = 39;

/** An errand without a rule of its own: the form is taken in and answered by a paper that repeats it. */
export function createSimpleItem(): CaseItem<Body, Details> {
  return {
    name: 'simple',
    personOf: ({ idNo }) => cardByNumber(idNo)?.thing ?? null,
    begin: ({ idNo, answers }) => ({ refusal: null, decision: 'approved', details: { idNo, answers } }),
    reserve: ({ receiptNo, details }) => ({
      goods: {
        kind: 'paper',
        title: '业务受理单',
        lines: [
          { label: '受理号', value: receiptNo },
          ...Object.entries(details.answers)
            .slice(0, LINES)
            .map(([label, value]) => ({ label, value })),
        ],
      },
    }),
  };
}
