import { describe, expect, it } from 'vitest';
import { faultRows, offered, switchFor } from './fault-matrix.ts';

const device = { kind: 'receipt-printer', faults: ['silent', 'paper-out', 'F23', 'garbage'] };

describe('fault matrix', () => {
  it('takes the matrix’s id, the simulator’s own word, and an id that the simulator plays under its word', () => {
    expect(switchFor(device, 'F23')).toEqual({ ok: true, value: 'F23' });
    expect(switchFor(device, 'garbage')).toEqual({ ok: true, value: 'garbage' });
    expect(switchFor(device, 'F12')).toEqual({ ok: true, value: 'silent' });
    expect(switchFor(device, 'F24')).toEqual({ ok: true, value: 'paper-out' });
    expect(switchFor({ ...device, faults: ['F24', 'paper-out'] }, 'F24')).toEqual({ ok: true, value: 'F24' });
  });

  it('names what the device offers, ids first, when it does not know one', () => {
    expect(offered(device)).toEqual(['F12', 'F23', 'F24', 'silent', 'paper-out', 'garbage']);
    const refused = switchFor(device, 'F01');
    expect(refused).toEqual({
      ok: false,
      error: 'receipt-printer has no fault F01; it offers F12, F23, F24, silent, paper-out, garbage',
    });
    expect(switchFor(device, 'toString').ok).toBe(false);
    expect(switchFor(device, 'constructor').ok).toBe(false);
  });

  it('takes the word of a fault that a device plays under its id', () => {
    const printer = { kind: 'endorsement-printer', faults: ['F30', 'silent'] };
    expect(switchFor(printer, 'head-hot')).toEqual({ ok: true, value: 'F30' });
    expect(switchFor(printer, 'F12')).toEqual({ ok: true, value: 'silent' });
    expect(switchFor(printer, 'cover-open').ok).toBe(false);
  });

  it('shows each choice once, with words and where it comes from', () => {
    const rows = faultRows({ faults: ['F12', 'false-ok', 'F07-short', 'silent', 'garbage'] });
    expect(rows.map(({ fault, group, sameAs }) => [fault, group, sameAs])).toEqual([
      ['F12', 'matrix', undefined],
      ['F28', 'matrix', undefined],
      ['false-ok', 'device', 'F28'],
      ['F07-short', 'device', undefined],
      ['silent', 'cable', 'F12'],
      ['garbage', 'cable', undefined],
    ]);
    expect(rows[0]).toMatchObject({ zh: '设备无响应', en: 'device silent, port alive' });
    expect(faultRows({ faults: ['F28', 'false-ok'] }).map(({ sameAs }) => sameAs)).toEqual([undefined, undefined]);
    expect(faultRows({ faults: ['no-words-yet'] })).toEqual([{ fault: 'no-words-yet', group: 'device' }]);
  });
});
