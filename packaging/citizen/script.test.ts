import { describe, expect, it } from 'vitest';
import type { View } from '@yimen/contracts/ui';
import { actOn, type Act } from './script.ts';
import { visitOf } from './visits.table.ts';

type Form = Extract<View, { kind: 'form' }>['body'];

function typed(service: string, body: Partial<Form>): readonly Act[] {
  const form = {
    field: 'receiptNo',
    keyboard: 'code',
    maxLength: 30,
    label: '',
    example: '',
    value: '',
    problem: null,
  };
  const view = { kind: 'form', body: { ...form, optional: false, ...body } } as unknown as View;
  const visit = visitOf(service, {});
  return actOn(view, { service, lang: 'en', visit, phone: '', takesCard: true, pays: true });
}

describe('a field to type into', () => {
  it.each([
    ['exit.pay', 'receiptNo', '440620261101900011'],
    ['exit.collect', 'receiptNo', '440620261101900112'],
    ['hh.idapply', 'photoReceiptNo', 'PH20261101000001'],
  ])('in %s gets as %s what stands on the slip beside the code', (service, field, value) => {
    expect(typed(service, { field })).toEqual([{ act: 'touch', wish: { kind: 'submit', field, value } }]);
  });

  it('is left when the answer was not taken, instead of typing it for ever', () => {
    expect(typed('exit.pay', { problem: 'wrong' })).toEqual([{ act: 'touch', wish: { kind: 'leave' } }]);
  });
});
