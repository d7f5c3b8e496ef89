import { describe, expect, it } from 'vitest';
import { announcedBytes, createInFlight, type InFlight } from './in-flight.ts';
import { GATEWAY_LIMITS } from './limits.table.ts';

const LARGEST = GATEWAY_LIMITS.bodyBytes;

/** Enters, and tells whether there was room. */
function enters(load: InFlight, terminalId: string, bytes: number): boolean {
  return load.enter(terminalId, bytes) !== undefined;
}

describe('what is in flight', () => {
  it('is bounded for one terminal: two of the largest bodies, or eight requests', () => {
    const large = createInFlight();
    const place = large.enter('A', LARGEST);
    expect(enters(large, 'A', LARGEST)).toBe(true);
    expect(enters(large, 'A', 1)).toBe(false);
    expect(enters(large, 'A', 0)).toBe(true);
    expect(enters(large, 'B', LARGEST)).toBe(true);
    place?.close();
    expect(enters(large, 'A', LARGEST)).toBe(true);
    const small = createInFlight();
    for (let i = 0; i < GATEWAY_LIMITS.requestsPerTerminal; i += 1) expect(enters(small, 'A', 0)).toBe(true);
    expect(enters(small, 'A', 0)).toBe(false);
    expect(enters(small, 'B', 0)).toBe(true);
  });

  it('is bounded in all: the sum of bodies, and the number of requests', () => {
    const bytes = createInFlight();
    const place = bytes.enter('first', LARGEST);
    for (let i = 1; i < GATEWAY_LIMITS.bodyBytesInFlight / LARGEST; i += 1)
      expect(enters(bytes, `T${i}`, LARGEST)).toBe(true);
    expect(enters(bytes, 'late', 1)).toBe(false);
    expect(enters(bytes, 'late', 0)).toBe(true);
    place?.close();
    expect(enters(bytes, 'late', LARGEST)).toBe(true);
    const requests = createInFlight();
    for (let i = 0; i < GATEWAY_LIMITS.requestsInFlight; i += 1) expect(enters(requests, `T${i}`, 0)).toBe(true);
    expect(enters(requests, 'late', 0)).toBe(false);
  });
});

describe('a place', () => {
  it('is kept while its request is worked on, though the sender is gone', async () => {
    const load = createInFlight();
    const places = [load.enter('A', LARGEST), load.enter('A', LARGEST)];
    let end = (): void => undefined;
    const work = places[0]?.work(
      () =>
        new Promise<void>((resolve) => {
          end = resolve;
        }),
    );
    places[0]?.close();
    expect(enters(load, 'A', 1)).toBe(false);
    end();
    await work;
    expect(enters(load, 'A', LARGEST)).toBe(true);
    await places[1]?.work(async () => undefined);
    expect(enters(load, 'A', 1)).toBe(false);
    places[1]?.close();
    expect(enters(load, 'A', LARGEST)).toBe(true);
  });

  it('is given back when the work fails', async () => {
    const load = createInFlight();
    const place = load.enter('A', 2 * LARGEST);
    place?.close();
    expect(enters(load, 'A', 2 * LARGEST)).toBe(true);
    const failing = createInFlight();
    const other = failing.enter('A', 2 * LARGEST);
    const work = other?.work(async () => Promise.reject(new Error('broken')));
    other?.close();
    await expect(work).rejects.toThrow('broken');
    expect(enters(failing, 'A', 2 * LARGEST)).toBe(true);
  });
});

describe('announcedBytes', () => {
  it.each([
    [{}, 0],
    [{ 'content-length': '17' }, 17],
    [{ 'content-length': String(LARGEST * 9) }, LARGEST],
    [{ 'transfer-encoding': 'chunked' }, LARGEST],
  ])('of %j is %i', (headers, bytes) => {
    expect(announcedBytes(headers)).toBe(bytes);
  });
});
