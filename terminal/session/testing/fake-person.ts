import { FAKE_IDENTITY } from './fake-readers.ts';

/** What the fakes know of the person before the machine: none of it may be left anywhere. */
export const FAKE_PERSON: readonly string[] = [
  '李娜',
  FAKE_IDENTITY.fields.idNumber ?? 'no number',
  'C88608477',
  'SD20260001',
  '440620261101900011',
  '粤XA1001',
  'B1"',
];
