import { describe, expect, it } from 'vitest';
import { IPP_GROUP } from '../../framing/ipp-attributes.ts';
import type { RawJob, RawPrinter } from './protocol.ts';
import {
  believed,
  deadBackend,
  faultOf,
  httpFault,
  identityOf,
  plainReason,
  refusal,
  refusalOf,
  statusOf,
} from './status.ts';
import { hasEnded, stateOf, verdictOf, type JobFacts } from './verdict.ts';

const WELL: RawPrinter = {
  state: 3,
  reasons: ['none'],
  message: '',
  isAccepting: true,
  model: 'M',
  firmware: undefined,
  deviceId: '',
  uuid: '',
  isCups: false,
};
const NONE: ReadonlySet<string> = new Set();
const status = (raw: Partial<RawPrinter>): ReturnType<typeof statusOf> => statusOf(believed({ ...WELL, ...raw }, NONE));

describe('status', () => {
  it.each([
    [['media-jam'], 'hardwareError', 'paperJammed', 'clear', { paper: 'jammed', toner: 'full' }],
    [['cover-open'], 'hardwareError', 'coverOpen', 'clear', { paper: 'full', toner: 'full' }],
    [['door-open'], 'hardwareError', 'coverOpen', 'clear', { paper: 'full', toner: 'full' }],
    [['output-area-full'], 'hardwareError', 'stackerFull', 'clear', { paper: 'full', toner: 'full' }],
    [['media-empty'], 'online', 'paperOut', 'clear', { paper: 'out', toner: 'full' }],
    [['media-needed'], 'online', 'paperOut', 'clear', { paper: 'out', toner: 'full' }],
    [['input-tray-missing'], 'online', 'paperOut', 'clear', { paper: 'out', toner: 'full' }],
    [['toner-empty'], 'online', 'tonerOut', 'clear', { paper: 'full', toner: 'out' }],
    [['marker-supply-low'], 'online', undefined, undefined, { paper: 'full', toner: 'low' }],
    [['media-low', 'toner-low'], 'online', undefined, undefined, { paper: 'low', toner: 'low' }],
    [['marker-waste-full'], 'hardwareError', 'hardwareError', 'maintenance', { paper: 'full', toner: 'full' }],
    [['paused'], 'hardwareError', 'deviceNotReady', 'reset', { paper: 'full', toner: 'full' }],
    // Of several the worst wins, and each supply says its own.
    [
      ['toner-low', 'media-empty', 'media-jam'],
      'hardwareError',
      'paperJammed',
      'clear',
      { paper: 'jammed', toner: 'low' },
    ],
    [['media-low', 'media-empty'], 'online', 'paperOut', 'clear', { paper: 'out', toner: 'full' }],
    [['cups-waiting-for-job-completed'], 'online', undefined, undefined, { paper: 'full', toner: 'full' }],
    [['other'], 'online', undefined, undefined, { paper: 'full', toner: 'full' }],
    [undefined, 'online', undefined, undefined, { paper: 'unknown', toner: 'unknown' }],
  ] as const)('%j → %s %s', (reasons, device, code, action, supplies) => {
    const seen = status({ reasons });
    expect({ device: seen.device, code: seen.fault?.code, action: seen.action, supplies: seen.supplies }).toEqual({
      device,
      code,
      action,
      supplies,
    });
    expect(seen.media).toBe(reasons?.includes('media-jam' as never) ? 'jammed' : undefined);
  });

  it.each(['media-empty', 'media-empty-report', 'media-empty-warning', 'media-empty-error'])(
    '%s is the same tray, alone or in a list',
    (reason) => {
      expect(plainReason(reason)).toBe('media-empty');
      expect(status({ reasons: [reason] }).fault).toMatchObject({ code: 'paperOut', vendorCode: 'media-empty' });
      expect(status({ reasons: ['none', reason] }).supplies['paper']).toBe('out');
    },
  );

  it('an unknown reason is a fault when it is an error or the printer stands still; its word is kept', () => {
    expect(status({ reasons: ['moon-full-error'] }).fault).toMatchObject({
      action: 'maintenance',
      vendorCode: 'moon-full',
    });
    expect(status({ reasons: ['moon-full-warning'] }).fault).toBeUndefined();
    expect(status({ reasons: ['moon-full'], state: 5 }).fault).toMatchObject({ vendorCode: 'moon-full' });
    expect(status({ reasons: ['none'], state: 5 })).toMatchObject({ device: 'hardwareError', action: 'maintenance' });
    expect(status({ reasons: ['toner-low-error'] }).fault).toBeUndefined();
    expect(status({ reasons: [`${'x'.repeat(90)}-error`] }).fault?.vendorCode).toHaveLength(48);
    expect(status({ reasons: ['\u001b[31mred-error'] }).fault?.vendorCode).toBe('[31mred');
  });

  it('a queue that takes no jobs', () => {
    expect(status({ isAccepting: false })).toMatchObject({ device: 'hardwareError', action: 'maintenance' });
  });

  it('only the message tells that the printer behind the queue is dead', () => {
    const dead = { ...WELL, message: 'The printer may not exist or is unavailable at this time.' };
    expect(deadBackend(dead)).toMatchObject({ code: 'offline', action: 'reset' });
    expect(deadBackend(WELL)).toBeUndefined();
    expect(refusal(dead)?.code).toBe('offline');
  });

  it('reasons do not keep the next job back; a stopped or closed queue does', () => {
    expect(refusal({ ...WELL, reasons: ['media-empty-error', 'media-jam'] })).toBeUndefined();
    expect(refusal({ ...WELL, reasons: ['media-empty'], state: 5 })?.code).toBe('paperOut');
    expect(refusal({ ...WELL, isAccepting: false })?.code).toBe('deviceNotReady');
  });
});

describe('old reasons', () => {
  const old = new Set(['media-empty-warning']);
  const cups: RawPrinter = { ...WELL, isCups: true, reasons: ['media-empty-warning', 'toner-low'] };

  it('of an idle CUPS queue are doubted: no fault, and nobody knows of the paper', () => {
    expect(faultOf(believed(cups, old))).toBeUndefined();
    expect(statusOf(believed(cups, old)).supplies).toEqual({ paper: 'unknown', toner: 'low' });
  });

  it.each([
    ['nobody said that it is mended', cups, NONE],
    ['the queue works', { ...cups, state: 4 }, old],
    ['it is a printer of its own', { ...cups, isCups: false }, old],
    ['it is another reason', { ...cups, reasons: ['media-needed'] }, old],
  ])('are believed when %s', (_, raw, doubted) => {
    expect(statusOf(believed(raw, doubted))).toMatchObject({ fault: { code: 'paperOut' }, supplies: { paper: 'out' } });
  });
});

describe('identity', () => {
  it.each([
    ['MFG:Y;SN:A4-1;MDL:x;', 'urn:uuid:u', 'A4-1'],
    ['SERN: A4-2', '', 'A4-2'],
    ['MFG:Y;SN:;', 'urn:uuid:0f0ad1a6', '0f0ad1a6'],
    ['', 'URN:UUID:u', 'u'],
    ['MFG:Y;DSN:no;', '', ''],
  ])('serial of %s | %s', (deviceId, uuid, serial) => {
    expect(identityOf({ ...WELL, deviceId, uuid })).toEqual({ model: 'M', serial, firmware: null });
  });
});

describe('refusals name the remedy', () => {
  const ipp = (code: number): ReturnType<typeof refusalOf> =>
    refusalOf('printJob', {
      status: code,
      requestId: 1,
      groups: [{ tag: IPP_GROUP.unsupported, attributes: [{ name: 'sides', values: [{ kind: 'none', tag: 0x10 }] }] }],
    });

  it.each([
    [0x0401, 'configuration', 'configuration', 'policy'],
    [0x0406, 'configuration', 'configuration', 'no such queue'],
    [0x0408, 'softwareError', 'softwareError', 'too large'],
    [0x040b, 'configuration', 'configuration', 'sides'],
    [0x0501, 'unsupportedCommand', 'configuration', 'printJob'],
    [0x0506, 'deviceNotReady', 'maintenance', 'cupsaccept'],
    [0x0507, 'deviceBusy', 'suspend', 'now'],
    [0x0504, 'hardwareError', 'maintenance', 'refuses'],
  ])('IPP %i → %s', (code, word, action, says) => {
    const fault = ipp(code);
    expect(fault).toMatchObject({ code: word, action, vendorCode: `ipp-0${code.toString(16)}` });
    expect(fault.message).toContain(says);
  });

  it.each([
    [200, 'configuration', 'not an IPP printer'],
    [301, 'configuration', 'HTTP 301'],
    [404, 'configuration', 'path'],
    [403, 'configuration', 'policy'],
    [413, 'softwareError', 'too large'],
    [503, 'deviceBusy', 'busy'],
    [500, 'offline', 'HTTP 500'],
  ])('HTTP %i → %s', (code, word, says) => {
    expect(httpFault(code)).toMatchObject({ code: word, vendorCode: `http-${code}` });
    expect(httpFault(code).message).toContain(says);
  });
});

describe('verdict of a job', () => {
  const job = (more: Partial<RawJob>): RawJob => ({
    id: 7,
    name: '',
    state: 9,
    reasons: ['none'],
    sheets: null,
    hasBegun: true,
    ...more,
  });
  const facts = (more: Partial<JobFacts>): JobFacts => ({
    hasExitSensor: false,
    sheets: 2,
    wasAtPrinter: true,
    fault: undefined,
    nowMs: 5,
    ...more,
  });
  const sensor = { hasExitSensor: true };

  it.each([
    ['completed, no sensor', { sheets: 2 }, {}, 'unknown', 'exitNotSensed'],
    ['completed, all sheets seen', { sheets: 2 }, sensor, 'done', undefined],
    ['completed, one too few', { sheets: 1 }, sensor, 'unknown', 'exitNotSensed'],
    ['completed, not counted', { sheets: null }, sensor, 'unknown', 'exitNotSensed'],
    ['completed, after a restart', { sheets: 2 }, { ...sensor, sheets: undefined }, 'unknown', 'exitNotSensed'],
    ['cancelled, never begun', { state: 7, hasBegun: false }, { wasAtPrinter: false }, 'notDone', 'canceled'],
    ['aborted, never begun', { state: 8, hasBegun: false }, { wasAtPrinter: false }, 'notDone', 'hardwareError'],
    [
      'cancelled, not said whether begun',
      { state: 7, hasBegun: undefined },
      { wasAtPrinter: false },
      'unknown',
      'canceled',
    ],
    ['cancelled, not begun they say, seen at it', { state: 7, hasBegun: false }, {}, 'unknown', 'canceled'],
    ['cancelled at it, count 0 without sensor', { state: 7, sheets: 0 }, {}, 'unknown', 'canceled'],
    ['cancelled at it, no sheet seen', { state: 7, sheets: 0 }, sensor, 'notDone', 'canceled'],
    ['cancelled at it, one sheet seen', { state: 7, sheets: 1 }, sensor, 'unknown', 'canceled'],
    ['aborted at it', { state: 8 }, {}, 'unknown', 'hardwareError'],
  ] as const)('%s → %s', (_, of, known, outcome, code) => {
    const verdict = verdictOf(job(of), facts(known));
    expect({ outcome: verdict.outcome, code: verdict.fault?.code }).toEqual({ outcome, code });
    expect(verdict.evidence.map(({ kind }) => kind)).toEqual(outcome === 'done' ? ['presented'] : []);
    expect(verdict.value).toMatchObject({ jobId: 7 });
  });

  it('what the printer said comes before what the server says', () => {
    const fault = { code: 'paperOut', message: 'x', action: 'clear' } as const;
    expect(verdictOf(job({ state: 7 }), facts({ fault })).fault).toEqual(fault);
    expect(verdictOf(job({ state: 8, reasons: ['document-format-error'] }), facts({})).fault?.vendorCode).toBe(
      'document-format',
    );
  });

  it('states in the port’s words, others unknown', () => {
    const words = [3, 4, 5, 6, 7, 8, 9, 2, 10, undefined].map((state) => stateOf(job({ state })));
    expect(words).toEqual([
      'pending',
      'pending-held',
      'processing',
      'processing-stopped',
      'canceled',
      'aborted',
      'completed',
      'unknown',
      'unknown',
      'unknown',
    ]);
    expect([5, 7, 8, 9, 10].map((state) => hasEnded(job({ state })))).toEqual([false, true, true, true, false]);
  });
});
