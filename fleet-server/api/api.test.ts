import { describe, expect, it } from 'vitest';
import { limits } from '../limits.table.ts';
import { OWN_PAGE, tokenOf, withApi } from '../test/with-api.ts';
import type { ErrorReply } from './refusal.ts';

const host = { host: 'localhost:7000' };
const viewer = { ...host, authorization: `Bearer ${tokenOf('viewer')}` };

describe('reading the fleet', () => {
  it('gives towns with halls with terminals, volumes and open alarms in one answer', async () => {
    await withApi(async ({ api, clock }) => {
      const reply = await api.app.inject({ url: '/api/overview', headers: viewer });
      expect(reply.statusCode).toBe(200);
      const body = reply.json();
      expect(body.now).toBe(clock.wallMs());
      expect(body.day).toMatch(/^\d{4}-\d\d-\d\d$/);
      expect(body.towns).toHaveLength(10);
      const terminals = body.towns.flatMap((town: { halls: { terminals: { tid: string }[] }[] }) =>
        town.halls.flatMap((hall) => hall.terminals),
      );
      expect(terminals).toHaveLength(14);
      expect(terminals.find((row: { tid: string }) => row.tid === 'DALIANG-01')).toMatchObject({
        ageMs: 4_000,
        stale: false,
        state: 'inService',
      });
      expect(terminals.find((row: { tid: string }) => row.tid === 'BEIJIAO-02')).toMatchObject({
        ageMs: 600_000,
        stale: true,
      });
      expect(terminals.find((row: { tid: string }) => row.tid === 'XINGTAN-01')).toMatchObject({
        ageMs: null,
        stale: true,
        state: 'unknown',
      });
      expect(body.volumes).toHaveLength(6);
      expect(body.alarms).toHaveLength(5);
    });
  });

  it.each([
    ['/api/towns', 'towns', 10],
    ['/api/halls', 'halls', 14],
    ['/api/terminals', 'terminals', 14],
    ['/api/terminals?town=440606006', 'terminals', 2],
    ['/api/terminals?hall=ronggui-24h', 'terminals', 1],
    ['/api/terminals?state=outOfService', 'terminals', 1],
    ['/api/volumes?day=2026-11-23&town=440606006', 'volumes', 6],
    ['/api/events', 'events', 60],
    ['/api/events?limit=7', 'events', 7],
    ['/api/events?before=942', 'events', 1],
    ['/api/events?kinds=device-status,supply-level', 'events', 24],
    ['/api/events?tid=DALIANG-01', 'events', 5],
    ['/api/events?service=exit.endorse&outcome=done&kinds=service-result', 'events', 12],
    ['/api/events?service=exit.endorse&outcome=refused', 'events', 0],
    ['/api/alarms', 'alarms', 5],
    ['/api/alarms?open=false&town=440606102', 'alarms', 1],
  ])('GET %s gives %s × %d', async (url, list, n) => {
    await withApi(async ({ api }) => {
      const reply = await api.app.inject({ url, headers: viewer });
      expect(reply.statusCode).toBe(200);
      expect(reply.json()[list]).toHaveLength(n);
    });
  });

  it('gives one terminal with its software and one ledger with its holes', async () => {
    await withApi(async ({ api }) => {
      const terminal = await api.app.inject({ url: '/api/terminals/RONGGUI-02', headers: viewer });
      expect(terminal.json().terminal).toMatchObject({
        tid: 'RONGGUI-02',
        software: '0.1.0',
        off: [{ why: 'cardUnit.mediaJam' }, {}],
      });
      const ledger = await api.app.inject({ url: '/api/ledger/BEIJIAO-02', headers: viewer });
      expect(ledger.json().ledger).toMatchObject({ upTo: 1_204, holes: [[311, 318]] });
    });
  });

  it('answers health without an account and says nothing else', async () => {
    await withApi(async ({ api }) => {
      const reply = await api.app.inject({ url: '/api/health', headers: host });
      expect(reply.json()).toEqual({ ok: true });
    });
  });

  it('describes itself as OpenAPI 3.1 with every route of the table', async () => {
    await withApi(async ({ api }) => {
      const body = (await api.app.inject({ url: '/api/openapi.json', headers: host })).json();
      expect(body.openapi).toBe('3.1.0');
      const described = Object.keys(body.paths).toSorted();
      const registered = [...new Set(api.routes.map((route) => route.path.replaceAll(/:(\w+)/g, '{$1}')))].toSorted();
      expect(described).toEqual(registered);
      expect(body.paths['/api/events'].get.parameters.map((row: { name: string }) => row.name)).toContain('before');
    });
  });
});

describe('refusing', () => {
  it.each([
    ['/api/terminals?town=440606001', 'town'],
    ['/api/terminals?hall=UPPER', 'hall'],
    ['/api/terminals?nonsense=1', 'nonsense'],
    ['/api/terminals?town=440606006&town=440606005', 'town'],
    ['/api/terminals/lower-01', 'tid'],
    ['/api/volumes?day=2026-13-40', 'day'],
    ['/api/volumes?day=today', 'day'],
    ['/api/events?limit=0', 'limit'],
    ['/api/events?limit=501', 'limit'],
    ['/api/events?limit=1e2', 'limit'],
    ['/api/events?before=-1', 'before'],
    ['/api/events?kinds=service-result,no-such-kind', 'kinds'],
    ['/api/events?outcome=good', 'outcome'],
    ['/api/events?day=today', 'day'],
    ['/api/events?service=%3Cb%3E', 'service'],
    ['/api/alarms?open=maybe', 'open'],
    ['/api/ledger/x', 'tid'],
  ])('names the field that is wrong: %s → %s', async (url, field) => {
    await withApi(async ({ api }) => {
      const reply = await api.app.inject({ url, headers: viewer });
      expect(reply.statusCode).toBe(400);
      const { error } = reply.json<ErrorReply>();
      expect(error).toMatchObject({ code: 'INPUT_INVALID', field });
      expect(error.message).toMatch(/\[INPUT_INVALID\]$/);
    });
  });

  it.each(['/api/terminals/NOBODY-99', '/api/ledger/NOBODY-99', '/api/no-such-route', '/api', '/assets/none.js', '/'])(
    'answers JSON 404 for %s',
    async (url) => {
      await withApi(async ({ api }) => {
        const reply = await api.app.inject({ url, headers: viewer });
        expect(reply.statusCode).toBe(404);
        expect(reply.headers['content-type']).toMatch(/^application\/json/);
        expect(reply.json<ErrorReply>().error.code).toBe('NOT_FOUND');
      });
    },
  );

  it('answers an address that cannot be decoded in the one shape of refusals', async () => {
    await withApi(async ({ api }) => {
      const reply = await api.app.inject({ url: '/terminals/%E0%A4%A', headers: viewer });
      expect([reply.statusCode, reply.json<ErrorReply>().error]).toMatchObject([
        400,
        { code: 'INPUT_INVALID', field: 'address' },
      ]);
    });
  });

  it('tells a failure of the store without its text', async () => {
    await withApi(async ({ api, fleet }) => {
      fleet.towns = () => Promise.reject(new Error('secret path /var/lib/x'));
      const reply = await api.app.inject({ url: '/api/towns', headers: viewer });
      expect(reply.statusCode).toBe(500);
      expect(reply.body).not.toContain('/var/lib');
      expect(reply.json<ErrorReply>().error.code).toBe('SERVER_FAILED');
    });
  });

  it('lets no field out that the reply does not name', async () => {
    await withApi(async ({ api, fleet }) => {
      fleet.towns = async () => [
        { code: '440606005', zh: '大良街道', en: 'Daliang', idNumber: '440606199001011234' } as never,
      ];
      const reply = await api.app.inject({ url: '/api/towns', headers: viewer });
      expect(reply.json().towns).toEqual([{ code: '440606005', zh: '大良街道', en: 'Daliang' }]);
    });
  });

  it.each(['evil.example', 'localhost.evil.example:7000', '127.0.0.1.nip.io', 'localhost:7000:7000'])(
    'refuses the host %j',
    async (name) => {
      await withApi(async ({ api }) => {
        const reply = await api.app.inject({ url: '/api/health', headers: { host: name } });
        expect(reply.statusCode).toBe(421);
        expect(reply.json<ErrorReply>().error).toMatchObject({ code: 'HOST_UNKNOWN', field: 'host' });
      });
    },
  );

  it('refuses a body over its limit, a body that is no JSON, and another type', async () => {
    await withApi(async ({ api }) => {
      const post = (payload: string, type: string) =>
        api.app.inject({
          method: 'POST',
          url: '/api/session',
          headers: { ...OWN_PAGE, 'content-type': type },
          payload,
        });
      expect((await post(JSON.stringify({ code: 'x'.repeat(2000) }), 'application/json')).statusCode).toBe(413);
      const broken = await post('{"code":', 'application/json');
      expect(broken.json<ErrorReply>().error).toMatchObject({ code: 'INPUT_INVALID', field: 'body' });
      expect((await post('code=1', 'application/x-www-form-urlencoded')).statusCode).toBe(415);
      expect((await post('', 'application/json')).statusCode).toBe(400);
    });
  });

  it('stops a person after the requests of a minute, and says how long to wait', async () => {
    await withApi(async ({ api }) => {
      let last = 200;
      for (let n = 0; n <= limits.requestsPerMinute; n += 1) {
        last = (await api.app.inject({ url: '/api/towns', headers: viewer })).statusCode;
      }
      expect(last).toBe(429);
      const reply = await api.app.inject({ url: '/api/towns', headers: viewer });
      expect(reply.json<ErrorReply>().error.code).toBe('TOO_MANY_REQUESTS');
      expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
      const other = await api.app.inject({
        url: '/api/towns',
        headers: { ...host, authorization: `Bearer ${tokenOf('operator')}` },
      });
      expect(other.statusCode).toBe(200);
    });
  });
});

describe('acknowledging an alarm', () => {
  const id = 'RONGGUI-02:cardUnit:module.hardwareError';
  const url = `/api/alarms/${encodeURIComponent(id)}/ack`;

  it('changes the state and writes who did it', async () => {
    await withApi(async ({ api, fleet, records, signIn }) => {
      const cookie = await signIn();
      const reply = await api.app.inject({ method: 'POST', url, headers: { ...OWN_PAGE, cookie } });
      expect(reply.statusCode).toBe(200);
      expect(fleet.alarmList.find((alarm) => alarm.id === id)?.state).toBe('acked');
      expect(records.auditRows.at(-1)).toMatchObject({
        who: 'staff-1',
        what: 'alarm.acknowledge',
        target: id,
        result: 'acknowledged',
      });
    });
  });

  it('refuses the second time, and an alarm that is not there; both stand in the audit', async () => {
    await withApi(async ({ api, records, signIn }) => {
      const headers = { ...OWN_PAGE, cookie: await signIn() };
      await api.app.inject({ method: 'POST', url, headers });
      const again = await api.app.inject({ method: 'POST', url, headers });
      expect([again.statusCode, again.json<ErrorReply>().error.code]).toEqual([409, 'ALARM_NOT_OPEN']);
      const unknown = await api.app.inject({ method: 'POST', url: '/api/alarms/none/ack', headers });
      expect(unknown.statusCode).toBe(404);
      expect(records.auditRows.slice(-2).map((row) => row.result)).toEqual(['notOpen', 'unknown']);
    });
  });
});

describe('F65 accepting a counted difference', () => {
  const id = 'DALIANG-01:1:812';
  const url = `/api/variances/${encodeURIComponent(id)}/accept`;
  const payload = { reason: '复点确认少两张，已报案' };

  it('is shown with unit, expected, counted, who and when, and done by a named person with a reason, once', async () => {
    await withApi(async ({ api, fleet, records, signIn }) => {
      const headers = { ...OWN_PAGE, cookie: await signIn() };
      const list = await api.app.inject({ url: '/api/variances', headers });
      expect(list.json().variances).toMatchObject([
        { id, unit: 'driving', expected: 40, counted: 38, variance: -2, who: 'W'.repeat(43), accepted: null },
      ]);
      expect(typeof list.json().variances[0].at).toBe('number');
      expect((await api.app.inject({ method: 'POST', url, headers, payload })).statusCode).toBe(200);
      expect(fleet.varianceList[0]?.accepted).toMatchObject({ by: 'fleet', who: 'staff-1', reason: payload.reason });
      expect(records.auditRows.at(-1)).toMatchObject({
        who: 'staff-1',
        what: 'variance.accept',
        target: id,
        reason: payload.reason,
        result: 'accepted',
      });
      const again = await api.app.inject({ method: 'POST', url, headers, payload });
      expect([again.statusCode, again.json<ErrorReply>().error.code]).toEqual([409, 'VARIANCE_NOT_OPEN']);
      const unknown = await api.app.inject({ method: 'POST', url: '/api/variances/none/accept', headers, payload });
      expect(unknown.statusCode).toBe(404);
      expect(records.auditRows.slice(-2).map((row) => row.result)).toEqual(['notOpen', 'unknown']);
      expect((await api.app.inject({ url: '/api/variances', headers })).json().variances).toEqual([]);
    });
  });

  it.each([undefined, {}, { reason: '' }, { reason: ' ok ' }, { reason: 'x'.repeat(201) }, { reason: 'two\nlines' }])(
    'is refused with %j, and nothing is accepted',
    async (body) => {
      await withApi(async ({ api, fleet, signIn }) => {
        const headers = { ...OWN_PAGE, cookie: await signIn() };
        const reply = await api.app.inject({ method: 'POST', url, headers, ...(body && { payload: body }) });
        expect(reply.statusCode).toBe(400);
        expect(fleet.varianceList[0]?.accepted).toBeNull();
      });
    },
  );

  it.each(['viewer', 'technician', 'auditor', 'admin'] as const)('is refused to a %s', async (role) => {
    await withApi(async ({ api, fleet }) => {
      const headers = { ...host, authorization: `Bearer ${tokenOf(role)}` };
      const reply = await api.app.inject({ method: 'POST', url, headers, payload });
      expect(reply.statusCode).toBe(403);
      expect(fleet.varianceList[0]?.accepted).toBeNull();
    });
  });
});

describe('violations of the page policy', () => {
  it('are counted in both forms, bounded, and shown to an operator only', async () => {
    await withApi(async ({ api }) => {
      const send = (type: string, body: unknown) =>
        api.app.inject({
          method: 'POST',
          url: '/api/csp-report',
          headers: { ...host, 'content-type': type },
          payload: JSON.stringify(body),
        });
      const old = await send('application/csp-report', { 'csp-report': { 'effective-directive': 'style-src-elem' } });
      expect(old.statusCode).toBe(204);
      await send('application/reports+json', [
        { body: { effectiveDirective: 'style-src-elem' } },
        { body: { effectiveDirective: 'script-src' } },
      ]);
      await send('application/json', { whatever: '<script>' });
      const counts = await api.app.inject({
        url: '/api/csp-reports',
        headers: { ...host, authorization: `Bearer ${tokenOf('operator')}` },
      });
      expect(counts.json().violations).toEqual([
        { directive: 'style-src-elem', n: 2 },
        { directive: 'script-src', n: 1 },
        { directive: 'other', n: 1 },
      ]);
      expect((await api.app.inject({ url: '/api/csp-reports', headers: viewer })).statusCode).toBe(403);
    });
  });
});
