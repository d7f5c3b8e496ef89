import { describe, expect, it } from 'vitest';
import { parseRecording } from './recording-text.ts';
import { replayRecording, type ReplayEnd } from './replay-recording.ts';

const LOG = { debug: () => undefined, info: () => undefined };
const HEAD =
  '# yimen recording 1 {"driver":"card-unit-creator-crt591","at":"serial:/dev/ttyS1@9600","beganAt":1795371000000,"isMasked":false}';
const CALL = '# call {"atMs":0,"action":"identify","operationId":"01a219f2-edb8-72ff-b876-30e096629191"}';

function replay(...lines: readonly string[]): Promise<ReplayEnd> {
  const recording = parseRecording([HEAD, CALL, ...lines].join('\n'));
  if (!recording.ok) throw new Error(recording.error);
  return replayRecording(recording.value, { createMask: undefined, texts: {}, log: LOG });
}

/** The driver's first words: it clears the line and asks for the serial number. */
const FIRST = ['# @ 1.0 opened', '# @ 1.0', '> 04', '# @ 2.0', '> F2 00 00 03 43 A2 30 03 23'];

describe('replay', () => {
  it('a line that was lost then is lost again, and the call ends as it did', async () => {
    expect(await replay(...FIRST, '# @ 50.0 lost serial: EIO', '# outcome notDone')).toEqual({
      sameBytes: 10,
      calls: [{ action: 'identify', outcome: 'notDone' }],
      difference: undefined,
    });
  });

  it('a port that did not open does not open', async () => {
    const refused = ['# @ 1.0 refused serial: no port', '# outcome notDone'];
    expect(await replay(...refused)).toMatchObject({ sameBytes: 0, calls: [{ outcome: 'notDone' }] });
  });

  it('names the first byte that differs', async () => {
    const end = await replay(...FIRST.slice(0, -1), '> F2 00 00 03 43 A4 30 03 25', '# @ 3.0', '< 06');
    expect(end.difference).toEqual({ line: 7, byte: 5, offset: 6, recorded: 'A4', sent: 'A2' });
  });

  it('a driver that goes on where the recording ends', async () => {
    const end = await replay(...FIRST.slice(0, 3));
    expect(end.difference).toEqual({ line: 5, byte: 1, offset: 1, recorded: null, sent: 'F2' });
  });

  it('a driver that is silent where it spoke', async () => {
    const end = await replay('# @ 1.0 refused serial: no port', '# @ 2.0', '> 04', '# outcome notDone');
    expect(end.difference).toEqual({ line: 5, byte: 0, offset: 0, recorded: '04', sent: null });
  });

  it('another outcome with the same bytes', async () => {
    expect(await replay(...FIRST, '# @ 50.0 lost serial: EIO', '# outcome done')).toMatchObject({
      outcome: { action: 'identify', recorded: 'done', replayed: 'notDone' },
    });
  });
});
