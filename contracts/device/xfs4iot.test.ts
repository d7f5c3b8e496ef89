import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../base/index.ts';
import { unitVerbs } from './exchange.ts';
import { PORTS } from './ports/index.ts';
import { actionSchema, DEVICE_STATES, mediaStateSchema } from './status.ts';
import {
  XFS4IOT_ACTIONS,
  XFS4IOT_BASE,
  XFS4IOT_DEVICE_STATES,
  XFS4IOT_FAULTS,
  XFS4IOT_MEDIA_STATES,
  XFS4IOT_VERBS,
} from './xfs4iot.table.ts';

const MEMBERS = ['describe', 'status', 'onStatus', 'claim', 'reset', 'selfTest', 'getOperation'];
const units = Object.keys(unitVerbs);

describe('the table beside XFS4IoT', () => {
  it.each(Object.values(PORTS))('names each verb of $kind and no other', (port) => {
    const own = Object.keys(port.verbs).filter((verb) => !units.includes(verb));
    expect(Object.keys(XFS4IOT_VERBS[port.kind]).toSorted()).toEqual(own.toSorted());
  });

  it('names each member of the base port and the verbs of units', () => {
    expect(Object.keys(XFS4IOT_BASE).toSorted()).toEqual([...MEMBERS, ...units].toSorted());
  });

  it('has every word of a status', () => {
    expect(Object.keys(XFS4IOT_DEVICE_STATES)).toEqual([...DEVICE_STATES]);
    expect(Object.keys(XFS4IOT_MEDIA_STATES)).toEqual(mediaStateSchema.options);
    expect(Object.keys(XFS4IOT_ACTIONS)).toEqual(actionSchema.options);
  });

  it('has every word of a fault', () => {
    const codes = ERROR_CODES.filter((row) => row.area === 'device').map((row) => row.code);
    expect(Object.keys(XFS4IOT_FAULTS).toSorted()).toEqual(codes.toSorted());
  });

  it('lets at most one of two verbs under one of their names go without a word of difference', () => {
    const rows = Object.entries(XFS4IOT_VERBS).flatMap(([kind, verbs]) =>
      Object.entries(verbs).map(([verb, row]) => ({ kind, verb, row })),
    );
    const twice = rows.filter(
      ({ kind, row }) => rows.filter((other) => other.kind === kind && other.row.theirs === row.theirs).length > 1,
    );
    // Two of our verbs under one of theirs: all but the plain one must say how they differ.
    for (const { kind, verb, row } of twice.filter((entry) => entry.row.theirs !== null)) {
      const plain = twice.filter(
        (other) => other.kind === kind && other.row.theirs === row.theirs && other.row.deviation === undefined,
      );
      expect(plain.length, `${kind}.${verb}`).toBeLessThanOrEqual(1);
    }
  });
});
