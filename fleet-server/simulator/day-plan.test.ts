import { EVENTS, isEventKind } from '@yimen/contracts/journal';
import { CATALOGUE } from '@yimen/contracts/service';
import { describe, expect, it } from 'vitest';
import { beginEvents, clearedEvents, endEvents } from './citizen-events.ts';
import { dayStart, planCitizens, planFaults } from './day-plan.ts';
import { SeededRandom } from './seeded-random.ts';
import { LIGHT_SERVICES } from './services.table.ts';

const NOON = Date.UTC(2026, 10, 23, 4);
const START = dayStart(NOON);

describe('a light terminal’s day', () => {
  it('begins at midnight in Shanghai', () => {
    expect(new Date(START).toISOString()).toBe('2026-11-22T16:00:00.000Z');
    expect(dayStart(START)).toBe(START);
    expect(dayStart(START - 1)).toBe(START - 86_400_000);
  });

  it('is the same for the same seed and another for another', () => {
    expect(planCitizens(7, 'SD-LELIU-01', START)).toEqual(planCitizens(7, 'SD-LELIU-01', START));
    expect(planCitizens(7, 'SD-LELIU-01', START)).not.toEqual(planCitizens(8, 'SD-LELIU-01', START));
    expect(planFaults(7, 'SD-LELIU-01', START)).toEqual(planFaults(7, 'SD-LELIU-01', START));
  });

  it('serves one citizen after the other, within the day, more by day than by night', () => {
    const hours = Array.from({ length: 24 }, () => 0);
    for (let no = 0; no < 30; no += 1) {
      const citizens = planCitizens(no, 'SD-LELIU-01', START);
      expect(citizens.length).toBeGreaterThan(40);
      for (const [index, one] of citizens.entries()) {
        expect(one.endsAt).toBeGreaterThan(one.startsAt);
        expect(one.startsAt).toBeGreaterThan(citizens[index - 1]?.endsAt ?? START);
        const hour = Math.floor((one.startsAt - START) / 3_600_000);
        hours[hour] = (hours[hour] ?? 0) + 1;
      }
    }
    expect(hours[12]).toBeGreaterThan(5 * (hours[3] ?? 0));
  });

  it('knows exactly the eleven services of the hall', () => {
    expect(LIGHT_SERVICES.map((one) => one.id)).toEqual(CATALOGUE.map((one) => one.id));
  });

  it('writes events that fit the event table to the letter', () => {
    const kinds = new Set<string>();
    for (let no = 0; no < 40; no += 1) {
      const random = new SeededRandom('test', no);
      for (const citizen of planCitizens(no, 'SD-LELIU-01', START)) {
        const cleared = clearedEvents({
          seq: 3,
          incident: 'ABC-DEF',
          stop: citizen.stop ?? 'card-held',
          feeFen: 0,
          produces: 1,
        });
        for (const { kind, fields } of [
          ...beginEvents(citizen, 'session-0001', 'en'),
          ...endEvents(citizen, 'session-0001', 5, random),
          ...cleared,
        ]) {
          kinds.add(kind);
          expect(isEventKind(kind) && EVENTS[kind].fields.parse(fields)).toEqual(fields);
        }
      }
    }
    expect([...kinds].toSorted()).toEqual([
      'incident',
      'money-moved',
      'service-corrected',
      'service-result',
      'service-started',
      'session-ended',
      'session-started',
    ]);
  });
});
