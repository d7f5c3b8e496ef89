import { describe, expect, it } from 'vitest';
import { eventSummary } from './event-summary.ts';
import { Words } from './words.ts';

const en = new Words('en');

describe('what an event says', () => {
  it.each([
    [
      'service-result',
      {
        service: 'exit.endorse',
        outcome: 'stopped',
        stop: 'paid-not-produced',
        reason: 'mediaJam',
        chargedFen: 1500,
        refundedFen: 1500,
      },
      'Renew a Hong Kong–Macau endorsement · stopped · paid, not produced · Medium jammed: open the cabinet, clear the path · charge ¥15.00 · refund ¥15.00',
    ],
    [
      'money-moved',
      { direction: 'refund', amountFen: 123_456, outcome: 'unknown', operationId: 'x' },
      'refund · ¥1,234.56 · unknown',
    ],
    ['device-status', { module: 'cardUnit', state: 'online', fault: null, lost: [] }, 'Card unit · Online'],
    ['supply-level', { unit: 'receiptPaper', count: 3, capacity: 100 }, 'Receipt paper · 3 / 100'],
    ['document-moved', { from: 'cardUnit', to: 'customer' }, 'from Card unit · to customer'],
    [
      'supply-level',
      { unit: 'licencePrinter.driving', count: 3, capacity: 100 },
      'Licence maker · Driving licence blanks · 3 / 100',
    ],
    ['power', { state: 'battery' }, 'state battery'],
    ['booted', { reason: 'software-start' }, 'reason software start'],
    ['epoch-opened', { epoch: 1, prevHead: 'H'.repeat(43), reason: 'enrolled' }, 'epoch 1 · reason enrolled'],
    ['staff-action', { who: 'H'.repeat(43), action: 'x.new' }, 'action x.new'],
    ['service-corrected', { of: 3, by: 'gateway', refundedFen: 1500 }, 'by gateway · refund ¥15.00'],
    ['session-started', { sessionId: 'abcdefgh', lang: 'zh-CN' }, 'screen language: Chinese'],
    ['clock-jumped', { before: 0, after: 3_600_000 }, 'before 08:00:00 · after 09:00:00'],
    [
      'session-ended',
      { sessionId: 'abcdefgh', how: 'timeout', ms: 61_000, journal: { from: 1 } },
      'timed out · took 61 s',
    ],
    ['service-result', { service: 7, outcome: ['<b>'] }, ''],
  ])('%s', (kind, fields, text) => {
    expect(eventSummary(kind, fields, en)).toBe(text);
  });
});
