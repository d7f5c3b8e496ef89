import { describe, expect, it } from 'vitest';
import { limits } from '../limits.table.ts';
import { secretHash } from '../staff/staff.ts';
import { OWN_PAGE, withApi, type ApiBench } from '../test/with-api.ts';
import type { ErrorReply } from './refusal.ts';

const person = { staffId: 'staff-1', roles: ['viewer', 'operator'] } as const;

function post(bench: ApiBench, code: string, headers: Record<string, string> = {}) {
  return bench.api.app.inject({
    method: 'POST',
    url: '/api/session',
    headers: { ...OWN_PAGE, ...headers },
    payload: { code },
  });
}

function refusalOf(reply: { statusCode: number; json<T>(): T }): readonly [number, string] {
  return [reply.statusCode, reply.json<ErrorReply>().error.code];
}

describe('signing in by a one-time code', () => {
  it('gives a session in a strict cookie; the code and the session are kept as hashes only', async () => {
    await withApi(async (bench) => {
      const code = await bench.staff.issueSignInCode(person);
      expect([...bench.records.codes.keys()]).toEqual([secretHash(code)]);
      const reply = await post(bench, code);
      expect(reply.statusCode).toBe(200);
      expect(reply.json()).toMatchObject({
        staffId: 'staff-1',
        permissions: expect.arrayContaining(['alarm.acknowledge']),
      });
      const cookie = String(reply.headers['set-cookie']);
      expect(cookie).toMatch(/^sid=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
      const id = /^sid=([^;]+)/.exec(cookie)?.[1] ?? '';
      expect([...bench.records.sessions.keys()]).toEqual([secretHash(id)]);
      expect(JSON.stringify([...bench.records.sessions.values(), ...bench.records.auditRows])).not.toContain(id);
      const who = await bench.api.app.inject({ url: '/api/session', headers: { ...OWN_PAGE, cookie: `sid=${id}` } });
      expect(who.json()).toMatchObject({ staffId: 'staff-1', roles: ['viewer', 'operator'] });
    });
  });

  it('binds the cookie to the host over https', async () => {
    await withApi(
      async (bench) => {
        const reply = await post(bench, await bench.staff.issueSignInCode(person), {
          origin: 'https://localhost:7000',
        });
        expect(String(reply.headers['set-cookie'])).toMatch(
          /^__Host-sid=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
        );
        expect(reply.headers['strict-transport-security']).toBeDefined();
      },
      { scheme: 'https' },
    );
  });

  it('refuses a code the second time, also to two at once', async () => {
    await withApi(async (bench) => {
      const code = await bench.staff.issueSignInCode(person);
      const both = await Promise.all([post(bench, code), post(bench, code)]);
      expect(both.map((reply) => reply.statusCode).toSorted((a, b) => a - b)).toEqual([200, 401]);
      expect(refusalOf(await post(bench, code))).toEqual([401, 'SIGN_IN_CODE_USED']);
      expect(bench.records.sessions.size).toBe(1);
    });
  });

  it('refuses a code after its 15 minutes', async () => {
    await withApi(async (bench) => {
      const code = await bench.staff.issueSignInCode(person);
      await bench.clock.advance(limits.codeLifeMs);
      expect(refusalOf(await post(bench, code))).toEqual([401, 'SIGN_IN_CODE_EXPIRED']);
    });
  });

  it('refuses a code that was never made, and writes every try to the audit without the code', async () => {
    await withApi(async (bench) => {
      const guess = 'A'.repeat(43);
      expect(refusalOf(await post(bench, guess))).toEqual([401, 'SIGN_IN_CODE_UNKNOWN']);
      expect(bench.records.auditRows.at(-1)).toMatchObject({ what: 'sign-in', result: 'unknown', who: 'unknown' });
      expect(JSON.stringify(bench.records.auditRows)).not.toContain(guess);
    });
  });

  it('makes a guesser wait after five wrong codes, longer each time, and never for ever', async () => {
    await withApi(async (bench) => {
      for (let n = 0; n < limits.signInFailures; n += 1) await post(bench, `wrong-wrong-wrong-wrong-${n}`);
      const good = await bench.staff.issueSignInCode(person);
      const held = await post(bench, good);
      expect(refusalOf(held)).toEqual([429, 'TOO_MANY_REQUESTS']);
      expect(held.headers['retry-after']).toBe('15');
      await bench.clock.advance(15_000);
      expect(refusalOf(await post(bench, 'wrong-wrong-wrong-wrong-x'))[1]).toBe('SIGN_IN_CODE_UNKNOWN');
      expect((await post(bench, good)).headers['retry-after']).toBe('30');
      await bench.clock.advance(30_000);
      expect((await post(bench, good)).statusCode).toBe(200);
    });
  });

  it('takes only so many tries of one address in a minute', async () => {
    await withApi(async (bench) => {
      const statuses: number[] = [];
      for (let n = 0; n <= limits.signInPerMinute; n += 1) statuses.push((await post(bench, '')).statusCode);
      expect(statuses.slice(0, -1).every((status) => status === 400)).toBe(true);
      expect(statuses.at(-1)).toBe(429);
    });
  });
});

describe('requests that another page makes', () => {
  it.each([
    ['a foreign origin', { origin: 'http://evil.example' }, 'origin'],
    ['the same name on another port', { origin: 'http://localhost:7001' }, 'origin'],
    ['an opaque origin', { origin: 'null' }, 'origin'],
    ['another scheme', { origin: 'https://localhost:7000' }, 'origin'],
    ['a cross-site fetch', { 'sec-fetch-site': 'cross-site' }, 'sec-fetch-site'],
    ['a sibling site', { 'sec-fetch-site': 'same-site' }, 'sec-fetch-site'],
    ['an address typed by hand', { 'sec-fetch-site': 'none' }, 'sec-fetch-site'],
    ['no X-CSRF', { 'x-csrf': '' }, 'x-csrf'],
  ])('%s is refused, for signing in and for a change, and spends no code', async (_name, headers, field) => {
    await withApi(async (bench) => {
      const code = await bench.staff.issueSignInCode(person);
      const reply = await post(bench, code, headers);
      expect(reply.json<ErrorReply>().error).toMatchObject({ code: 'REQUEST_FORGED', field });
      expect(bench.records.usedCodes.size).toBe(0);
      const cookie = await bench.signIn();
      const url = '/api/alarms/RONGGUI-02:cardUnit:module.hardwareError/ack';
      const change = await bench.api.app.inject({ method: 'POST', url, headers: { ...OWN_PAGE, ...headers, cookie } });
      expect(change.statusCode).toBe(403);
      expect(bench.fleet.alarmList[0]?.state).toBe('unacked');
    });
  });

  it.each(['origin', 'sec-fetch-site', 'x-csrf'])('a change without the header %s is refused', async (missing) => {
    await withApi(async (bench) => {
      const headers: Record<string, string> = { ...OWN_PAGE };
      delete headers[missing];
      const payload = { code: await bench.staff.issueSignInCode(person) };
      const reply = await bench.api.app.inject({ method: 'POST', url: '/api/session', headers, payload });
      expect(reply.json<ErrorReply>().error).toMatchObject({ code: 'REQUEST_FORGED', field: missing });
    });
  });

  it('a change by GET does not exist', async () => {
    await withApi(async (bench) => {
      const cookie = await bench.signIn();
      const reply = await bench.api.app.inject({ url: '/api/alarms/none/ack', headers: { ...OWN_PAGE, cookie } });
      expect(reply.statusCode).toBe(404);
    });
  });
});

describe('the life of a session', () => {
  const me = (bench: ApiBench, cookie: string) =>
    bench.api.app.inject({ url: '/api/session', headers: { ...OWN_PAGE, cookie } });

  it('ends after 30 idle minutes, but not while it is used, and after 12 hours anyway', async () => {
    await withApi(async (bench) => {
      const idle = await bench.signIn();
      await bench.clock.advance(limits.sessionIdleMs);
      expect((await me(bench, idle)).statusCode).toBe(401);
      const used = await bench.signIn();
      for (let at = 0; at < limits.sessionLifeMs - 20 * 60_000; at += 20 * 60_000) {
        await bench.clock.advance(20 * 60_000);
        expect((await me(bench, used)).statusCode).toBe(200);
      }
      await bench.clock.advance(20 * 60_000);
      expect((await me(bench, used)).statusCode).toBe(401);
    });
  });

  it('a wall clock set back does not lengthen it', async () => {
    await withApi(async (bench) => {
      const cookie = await bench.signIn();
      bench.clock.jumpWall(-24 * 3_600_000);
      expect((await me(bench, cookie)).statusCode).toBe(401);
    });
  });

  it('takes no id from outside, and ends the former session of the browser', async () => {
    await withApi(async (bench) => {
      const planted = `sid=${'B'.repeat(43)}`;
      const reply = await post(bench, await bench.staff.issueSignInCode(person), { cookie: planted });
      expect(String(reply.headers['set-cookie'])).not.toContain('BBBB');
      expect((await me(bench, planted)).statusCode).toBe(401);
      const first = await bench.signIn();
      await post(bench, await bench.staff.issueSignInCode(person), { cookie: first });
      expect((await me(bench, first)).statusCode).toBe(401);
    });
  });

  it('ends at sign-out, at once, and the cookie goes', async () => {
    await withApi(async (bench) => {
      const cookie = await bench.signIn();
      const reply = await bench.api.app.inject({
        method: 'DELETE',
        url: '/api/session',
        headers: { ...OWN_PAGE, cookie },
      });
      expect(reply.statusCode).toBe(204);
      expect(String(reply.headers['set-cookie'])).toMatch(/^sid=; .*Expires=Thu, 01 Jan 1970/);
      expect((await me(bench, cookie)).statusCode).toBe(401);
      expect(bench.records.auditRows.at(-1)).toMatchObject({ what: 'sign-out', who: 'staff-1' });
    });
  });

  it('the fourth session of a person ends the oldest', async () => {
    await withApi(async (bench) => {
      const cookies: string[] = [];
      for (let n = 0; n <= limits.sessionsPerPerson; n += 1) {
        cookies.push(await bench.signIn());
        await bench.clock.advance(1_000);
      }
      const statuses = await Promise.all(cookies.map(async (cookie) => (await me(bench, cookie)).statusCode));
      expect(statuses).toEqual([401, 200, 200, 200]);
    });
  });
});
