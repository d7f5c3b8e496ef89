import { describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../transport/recording.ts';
import { callText, eventText, headerText, outcomeText, parseRecording, randomText } from './recording-text.ts';

const HEAD = {
  driver: 'card-unit-creator-crt591',
  at: 'serial:/dev/ttyS1@9600',
  beganAt: 1_795_371_000_000,
  isMasked: false,
};
const CALL = { atMs: 3, action: 'accept', operationId: '01a219f2-edb8-72ff-b876-30e096629191' } as const;
const BYTES = Uint8Array.from({ length: 40 }, (_, i) => i);

describe('a recording as text', () => {
  it('is read as it was written, long frames over several lines', () => {
    const events: RecordedEvent[] = [
      { atMs: 4, event: 'refused', detail: 'serial: no port' },
      { atMs: 5, event: 'opened' },
      { atMs: 6.5, event: 'sent', bytes: Uint8Array.of(0xf2, 0) },
      { atMs: 7, event: 'received', bytes: BYTES },
      { atMs: 9, event: 'lost', detail: 'EIO' },
      { atMs: 10, event: 'closed', detail: 'by the driver' },
    ];
    const text = [
      headerText(HEAD),
      callText(CALL as never),
      randomText(Uint8Array.of(1, 2)),
      ...events.map(eventText),
      outcomeText('done'),
    ].join('');
    expect(text).toContain('\n> F2 00\n');
    const parsed = parseRecording(text);
    expect(parsed).toMatchObject({
      ok: true,
      value: { ...HEAD, calls: [{ ...CALL, outcome: 'done' }], randoms: [Uint8Array.of(1, 2)] },
    });
    const read = parsed.ok ? parsed.value.events : [];
    expect(read.map(({ event, atMs }) => [event, atMs])).toEqual([
      ['refused', 4],
      ['opened', 5],
      ['sent', 6.5],
      ['received', 7],
      ['received', 7],
      ['lost', 9],
      ['closed', 10],
    ]);
    const second = read[4];
    expect(second).toMatchObject({ bytes: BYTES.slice(32) });
    expect(text.split('\n')[(second?.line ?? 0) - 1]).toBe('< 20 21 22 23 24 25 26 27');
  });

  it.each([
    ['', 'first line'],
    ['# a fixture\n> F2', 'first line'],
    ['# yimen recording 1 {"driver":1}', 'first line'],
    [`${headerText(HEAD)}> F2 0`, 'line 4'],
    [`${headerText(HEAD)}bytes`, 'line 4'],
    [`${headerText(HEAD)}# @ soon`, 'line 4'],
    [`${headerText(HEAD)}# call {"action":"accept","atMs":-1}`, 'line 4'],
    [`${headerText(HEAD)}# outcome done`, 'line 4'],
    [`${headerText(HEAD)}# random 010203`, 'line 4'],
  ])('%j is none', (text, says) => {
    expect(parseRecording(text)).toMatchObject({ ok: false, error: expect.stringContaining(says) as string });
  });
});
