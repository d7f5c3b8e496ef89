import { readFileSync } from 'node:fs';
import { concatBytes, fromHex, toHex } from '@yimen/contracts/base';
import { describe, expect, it } from 'vitest';
import { decodeIpp, IPP_GROUP } from '../../framing/ipp-attributes.ts';
import { createIppMessageCutter, type IppMessage } from '../../framing/ipp-message.ts';
import {
  decodeAnswer,
  encodeCancelJob,
  encodeGetJob,
  encodeGetJobs,
  encodeGetPrinter,
  encodeJob,
  encodePlain,
  jobsOf,
  printerOf,
  unsupportedOf,
  type Head,
  type RawAnswer,
} from './protocol.ts';

interface Exchange {
  readonly request: IppMessage;
  readonly answer: IppMessage;
}

const text = readFileSync(new URL('fixtures/exchanges.hex', import.meta.url), 'utf8');
const exchanges = new Map(
  text
    .trimEnd()
    .split('\n\n')
    .slice(1)
    .map((block) => {
      const [title = '', ...lines] = block.split('\n');
      const side = (mark: string): IppMessage =>
        messageOf(
          fromHex(
            lines
              .filter((line) => line.startsWith(mark))
              .map((line) => line.slice(1))
              .join(''),
          ),
        );
      return [title.replace(/^# (.*) \(.*\)$/, '$1'), { request: side('>'), answer: side('<') }] as const;
    }),
);

function messageOf(bytes: Uint8Array): IppMessage {
  const cuts = createIppMessageCutter(2 ** 20).push(bytes);
  const [cut] = cuts;
  if (cut?.kind !== 'frame' || cuts.length !== 1) throw new Error('not one message');
  return cut.frame;
}

function exchange(title: string): Exchange {
  const found = exchanges.get(title);
  if (found === undefined) throw new Error(`no fixture ${title}`);
  return found;
}

function answer(title: string): RawAnswer {
  const decoded = decodeAnswer(exchange(title).answer.payload);
  if (decoded === undefined) throw new Error(`${title} is not read`);
  return decoded;
}

const URI = 'ipp://localhost:8632/printers/kiosk';
/** Number and printer of a recorded request. */
function headOf({ payload }: IppMessage): Head {
  const body = decodeIpp(payload);
  const uri = body?.groups[0]?.attributes[2]?.values[0];
  return { requestId: body?.requestId ?? 0, uri: uri?.kind === 'text' ? uri.value : '' };
}

describe('fixtures of CUPS', () => {
  it('each is a request and an answer to it', () => {
    expect(exchanges.size).toBe(11);
    for (const [title, { request, answer: answered }] of exchanges) {
      expect(answered, title).toMatchObject({ number: request.number, status: 200 });
      expect(decodeAnswer(answered.payload)?.requestId, title).toBe(headOf(request).requestId);
    }
  });

  it('requests are what the driver sends', () => {
    const ids = { operationId: nameOf(exchange('Validate-Job: would be taken').request) };
    const ticket = { ...ids, sides: 'one', colour: 'mono' } as const;
    const sent: readonly (readonly [title: string, encode: (head: Head) => Uint8Array])[] = [
      ['Get-Printer-Attributes: idle', encodeGetPrinter],
      ['Validate-Job: would be taken', (head) => encodeJob('validateJob', head, ticket)],
      ['Get-Job-Attributes: processing', (head) => encodeGetJob(head, 12)],
      ['Get-Jobs: one job of somebody else, held', (head) => encodeGetJobs(head, 'not-completed')],
      ['Cancel-Job: cancelled', (head) => encodeCancelJob(head, 13)],
    ];
    for (const [title, encode] of sent) {
      const { request } = exchange(title);
      expect(toHex(encode(headOf(request))), title).toBe(toHex(request.payload));
    }
    const { request } = exchange('Print-Job: job accepted; the document is zeros');
    const attributes = encodeJob('printJob', headOf(request), ticket);
    const rest = request.payload.subarray(attributes.length);
    expect(toHex(request.payload.subarray(0, attributes.length))).toBe(toHex(attributes));
    expect(rest.length).toBeGreaterThan(500);
    expect(rest.every((byte) => byte === 0)).toBe(true);
  });

  it('a CUPS queue', () => {
    expect(printerOf(answer('Get-Printer-Attributes: idle'))).toEqual({
      state: 3,
      reasons: ['none'],
      message: '',
      isAccepting: true,
      model: 'Printer - IPP Everywhere',
      firmware: undefined,
      deviceId: '',
      uuid: 'urn:uuid:37071209-4f9c-337d-6a65-88505c91f6bd',
      isCups: true,
    });
  });

  it('a printer of its own', () => {
    expect(printerOf(answer('Get-Printer-Attributes: a printer of its own'))).toMatchObject({
      state: 3,
      isCups: false,
      uuid: 'urn:uuid:0f0ad1a6-db03-30a3-5f16-b4379c422659',
    });
  });

  it('behind collections, a range and a date the state is found', () => {
    const raw = answer('Get-Printer-Attributes: collections, a resolution, a range, a date');
    const kinds = new Set(
      raw.groups.flatMap(({ attributes }) => attributes.flatMap(({ values }) => values)).map(({ kind }) => kind),
    );
    expect(kinds).toEqual(new Set(['text', 'number', 'bytes', 'collection']));
    expect(printerOf(raw)).toMatchObject({ state: 3 });
  });

  it('jobs: accepted, processing, completed, somebody else’s (CUPS keeps its name private), none', () => {
    expect(jobsOf(answer('Print-Job: job accepted; the document is zeros'))[0]).toMatchObject({ id: 12 });
    expect(jobsOf(answer('Get-Job-Attributes: processing'))).toMatchObject([{ id: 12, state: 5, hasBegun: true }]);
    expect(jobsOf(answer('Get-Job-Attributes: completed'))).toMatchObject([
      { id: 12, state: 9, sheets: 1, reasons: ['processing-to-stop-point'], hasBegun: true },
    ]);
    expect(jobsOf(answer('Get-Jobs: one job of somebody else, held'))).toMatchObject([
      { id: 13, name: '', state: 4, sheets: 0, hasBegun: false },
    ]);
    expect(jobsOf(answer('Get-Jobs: none'))).toEqual([]);
  });

  it('no such queue', () => {
    expect(answer('Get-Printer-Attributes: no such queue')).toMatchObject({ status: 0x0406 });
    expect(printerOf(answer('Get-Printer-Attributes: no such queue'))).toBeUndefined();
  });

  it('an answer cut off anywhere, split anywhere: not read, or the same', () => {
    for (const [title, { answer: whole }] of exchanges) {
      for (let at = 0; at < whole.payload.length; at += 1)
        expect(decodeAnswer(whole.payload.slice(0, at)), `${title} at ${at}`).toBeUndefined();
    }
  });
});

function nameOf({ payload }: IppMessage): string {
  const attribute = decodeIpp(payload)?.groups[0]?.attributes.find(({ name }) => name === 'job-name');
  const value = attribute?.values[0];
  return value?.kind === 'text' ? value.value : '';
}

describe('requests', () => {
  const head: Head = { requestId: 7, uri: URI };
  const jobGroup = (bytes: Uint8Array): unknown =>
    decodeIpp(bytes)
      ?.groups.find(({ tag }) => tag === IPP_GROUP.job)
      ?.attributes.map(({ name, values }) => [name, values.map((value) => 'value' in value && value.value)]);

  it('both sides and colour are ordered in IPP’s words, one copy always', () => {
    const ticket = { operationId: 'x', sides: 'two', colour: 'colour' } as const;
    expect(jobGroup(encodeJob('printJob', head, ticket))).toEqual([
      ['copies', [1]],
      ['sides', ['two-sided-long-edge']],
      ['print-color-mode', ['color']],
    ]);
  });

  it('charset, language and target come first, in this order; the user is the same for all', () => {
    for (const bytes of [
      encodeGetPrinter(head),
      encodeGetJob(head, 1),
      encodeGetJobs(head, 'completed'),
      encodeCancelJob(head, 1),
      encodePlain('purgeJobs', head),
      encodePlain('resumePrinter', head),
    ]) {
      const names = decodeIpp(bytes)?.groups[0]?.attributes.map(({ name }) => name);
      expect(names?.slice(0, 3)).toEqual(['attributes-charset', 'attributes-natural-language', 'printer-uri']);
      expect(names).toContain('requesting-user-name');
    }
    expect(decodeIpp(encodePlain('purgeJobs', head))?.code).toBe(0x12);
    expect(decodeIpp(encodePlain('resumePrinter', head))?.code).toBe(0x11);
  });
});

describe('answers', () => {
  const hex = '0101 0001 00000001 05 44 0005 7369646573 0001 78 03';
  it('names what was not supported', () => {
    const raw = decodeAnswer(fromHex(hex));
    expect(raw && unsupportedOf(raw)).toEqual(['sides']);
  });

  it('of another protocol are none', () => {
    expect(decodeAnswer(fromHex(hex.replace('0101', '4854')))).toBeUndefined();
  });

  it('a job group without an id is no job; a negative count and an unknown time are not said', () => {
    const job = (more: string): unknown => {
      const bytes = concatBytes(
        fromHex('0101 0000 00000001 02 21 0006 6a6f622d6964 0004 00000005'),
        fromHex(`${more} 03`),
      );
      const raw = decodeAnswer(bytes);
      return raw && jobsOf(raw);
    };
    const named = (name: string): string =>
      toHex(Uint8Array.of(0, name.length)) + toHex(new TextEncoder().encode(name));
    expect(job('')).toEqual([{ id: 5, name: '', state: undefined, reasons: [], sheets: null, hasBegun: undefined }]);
    expect(job(`21 ${named('job-media-sheets-completed')} 0004 ffffffff`)).toMatchObject([{ sheets: null }]);
    expect(job(`12 ${named('time-at-processing')} 0000`)).toMatchObject([{ hasBegun: undefined }]);
    expect(job(`13 ${named('time-at-processing')} 0000`)).toMatchObject([{ hasBegun: false }]);
    expect(jobsOf({ status: 0, requestId: 1, groups: [{ tag: IPP_GROUP.job, attributes: [] }] })).toEqual([]);
  });
});
