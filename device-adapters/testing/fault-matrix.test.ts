import { describe, expect, it } from 'vitest';
import { offered, switchFor } from './fault-matrix.ts';

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
});
