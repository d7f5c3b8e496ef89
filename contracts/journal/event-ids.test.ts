import { describe, expect, it } from 'vitest';
import { EVENTS, FLEET_KINDS, isEventKind, type EventKind } from './event-ids.table.ts';

/** Fields that would let a person into the journal, by name. */
const PERSONAL = /name|idno|idnumber|birth|phone|address|permitno|documentnumber|receiptno|billno|photo|mrz/iu;

describe('the event table', () => {
  it('has kebab-case ids and a meaning in both languages', () => {
    for (const [kind, row] of Object.entries(EVENTS)) {
      expect(kind).toMatch(/^[a-z]+(?:-[a-z]+)*$/u);
      expect(row.meaning.zh).toMatch(/[\u4e00-\u9fff]/u);
      expect(row.meaning.en.length).toBeGreaterThan(3);
    }
  });

  it('has no field for a person, at any depth of the first level', () => {
    for (const [kind, row] of Object.entries(EVENTS)) {
      for (const field of Object.keys(row.fields.shape)) expect(field, kind).not.toMatch(PERSONAL);
    }
  });

  it('lets no other field in', () => {
    expect(EVENTS.booted.fields.safeParse({ reason: 'start', name: '李娜' }).success).toBe(false);
    expect(EVENTS.booted.fields.safeParse({ reason: '李娜' }).success).toBe(false);
  });

  it('sends to the fleet exactly the kinds of the wire contract', () => {
    const wire: EventKind[] = [
      'epoch-opened',
      'booted',
      'journal-damaged',
      'process-restarted',
      'clock-jumped',
      'power',
      'session-started',
      'session-ended',
      'service-started',
      'service-result',
      'service-corrected',
      'money-moved',
      'compensation',
      'goods-moved',
      'operation-unknown',
      'operation-resolved',
      'incident',
      'device-status',
      'supply-level',
      'supply-warning',
      'door',
      'hall-door',
      'staff-action',
      'supervisor-mode',
      'staff-sign-in',
      'exchange-started',
      'exchange-counted',
      'exchange-ended',
      'variance-accepted',
      'device-tested',
      'command-ended',
      'job-progress',
      'releases-in-force',
      'release-staged',
      'release-activated',
      'release-refused',
      'release-fell-back',
      'settings-applied',
      'day-closed',
      'unreadable',
    ];
    expect([...FLEET_KINDS].toSorted()).toEqual(wire.toSorted());
    expect(isEventKind('booted')).toBe(true);
    expect(isEventKind('constructor')).toBe(false);
  });
});
