import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DashboardRig, WAIT_MS, type Visit, type VisitOptions } from './dashboard-rig.ts';

/** Neighbours differ in their path, so that each is seen to arrive. */
const PAGES = [
  '/',
  '/terminals',
  '/terminals/RONGGUI-02',
  '/terminals/BEIJIAO-02',
  '/terminals/NOBODY-99',
  '/alarms',
  '/terminals?state=unknown',
  '/events?kind=service-result',
  '/settings',
  '/no-such-page',
];

/** Asked of an element: the keyboard is there. */
const IS_FOCUSED = (element: unknown): boolean =>
  element === (globalThis as { document?: { activeElement: unknown } }).document?.activeElement;

let rig: DashboardRig;

beforeAll(async () => {
  rig = await DashboardRig.start();
}, 120_000);

afterAll(() => rig.stop());

const visit = (options: VisitOptions, test: (visit: Visit) => Promise<void>): Promise<void> => rig.visit(options, test);

describe.each([
  { lang: 'zh-CN', width: 1440, theme: 'light' },
  { lang: 'en', width: 1440, theme: 'dark' },
  { lang: 'zh-CN', width: 360, theme: 'dark' },
  { lang: 'en', width: 360, theme: 'light' },
])('every page in $lang at $width px, $theme', ({ lang, width, theme }) => {
  it('breaks no rule of the page policy, none of axe, and fits its width', async () => {
    const choices = `lang=${lang}&theme=${theme}`;
    await visit({ lang, width, path: `/settings?${choices}` }, async ({ page, seen, go }) => {
      for (const path of PAGES) {
        await go(`${path}${path.includes('?') ? '&' : '?'}${choices}`);
        expect([path, await rig.findAxeViolations(page)]).toEqual([path, []]);
        expect([path, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([path, width]);
        expect(await page.evaluate('document.documentElement.lang')).toBe(lang);
      }
      // The one answer that is an error on purpose: a terminal that is not there.
      expect(seen.trouble.filter((line) => !/404 \(Not Found\)/.test(line))).toEqual([]);
    });
  });
});

describe('the page policy', () => {
  it('is in force: a page that writes markup or runs text as a script is stopped, and that is seen', async () => {
    await visit({ lang: 'en', width: 1440 }, async ({ page, seen }) => {
      // Each attack runs in a task of the page's own: what a debugger evaluates directly is exempt from the policy.
      const results = await page.evaluate(`Promise.all([
        () => { document.body.insertAdjacentHTML('beforeend', '<b id="planted">x</b>'); },
        () => { const s = document.createElement('script'); s.textContent = 'window.planted = 1'; document.body.append(s); },
        () => { const s = document.createElement('style'); s.textContent = 'body { color: red }'; document.head.append(s); },
        () => { new Function('window.planted = 1')(); },
      ].map((attack) => new Promise((resolve) => setTimeout(() => { try { attack(); resolve('ran'); } catch { resolve('stopped'); } }, 0))))`);
      expect(results).toEqual(['stopped', 'stopped', 'ran', 'stopped']);
      expect(
        await page.evaluate(
          "[typeof window.planted, document.querySelector('#planted'), getComputedStyle(document.body).color === 'rgb(255, 0, 0)']",
        ),
      ).toEqual(['undefined', null, false]);
      expect(seen.trouble.filter((line) => line.startsWith('VIOLATION')).length).toBeGreaterThanOrEqual(4);
    });
  });
});

describe('signing in', () => {
  it('keeps the code out of every request line, referrer and the address', async () => {
    await visit({ lang: 'en', width: 1440, roles: null }, async ({ bench, page, seen, base, context }) => {
      const code = await bench.staff.issueSignInCode({ staffId: 'duty-1', roles: ['viewer'] });
      await page.goto(`${base}/sign-in#code=${code}`);
      await page.locator('.broken-list').waitFor();
      expect(seen.requests.filter((line) => line.includes(code))).toEqual([]);
      expect(page.url()).toBe(`${base}/`);
      const [cookie] = await context.cookies();
      expect(cookie).toMatchObject({ name: 'sid', httpOnly: true, sameSite: 'Strict' });
      expect(await page.evaluate('[localStorage.length, sessionStorage.length, document.cookie]')).toEqual([0, 0, '']);
    });
  });

  it('says that a link has expired, in the language that is chosen there', async () => {
    await visit({ lang: 'en', width: 390, roles: null }, async ({ bench, page, seen, base }) => {
      const code = await bench.staff.issueSignInCode({ staffId: 'duty-1', roles: ['viewer'] });
      for (const [hash, row] of bench.records.codes) bench.records.codes.set(hash, { ...row, expiresAt: 0 });
      await page.goto(`${base}/sign-in#code=${code}`);
      await page.getByText('This sign-in link has expired: ask for a new one').waitFor();
      expect(await rig.findAxeViolations(page)).toEqual([]);
      await page.getByRole('button', { name: '中文' }).click();
      await page.getByText('登录链接已过期').waitFor();
      expect(seen.trouble.filter((line) => !/401 \(Unauthorized\)/.test(line))).toEqual([]);
    });
  });

  it('says that a link has been used, and offers another way in', async () => {
    await visit({ lang: 'en', width: 390, roles: null }, async ({ bench, page, base }) => {
      const code = await bench.staff.issueSignInCode({ staffId: 'duty-1', roles: ['viewer'] });
      await bench.staff.signIn(code, 'elsewhere');
      await page.goto(`${base}/sign-in?lang=en#code=${code}`);
      await page.getByText('This sign-in link has been used: ask for a new one').waitFor();
      const fresh = await bench.staff.issueSignInCode({ staffId: 'duty-1', roles: ['viewer'] });
      await page.getByLabel('Sign-in link or code').fill('nonsense');
      await page.getByRole('button', { name: 'Sign in now' }).click();
      await page.getByText('Paste the whole sign-in link').waitFor();
      await page.getByLabel('Sign-in link or code').fill(`${base}/sign-in#code=${fresh}`);
      await page.getByRole('button', { name: 'Sign in now' }).click();
      await page.locator('.broken-list').waitFor();
    });
  });

  it('ends at sign-out, in the other tab too', async () => {
    await visit({ lang: 'en', width: 1440 }, async ({ page, context, base }) => {
      const other = await context.newPage();
      await other.goto(`${base}/alarms?lang=en`);
      await other.locator('.feed-on').waitFor();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByText('one-time sign-in link that').waitFor();
      await other.getByText('The session has ended').waitFor();
    });
  });
});

describe('acknowledging', () => {
  it('is done by a named person, shown when the server has it, and offered to no viewer', async () => {
    await visit({ lang: 'en', width: 390, path: '/alarms' }, async ({ bench, page, open, base }) => {
      await page.getByRole('button', { name: /Acknowledge alarm: RONGGUI-02, Paid/ }).click();
      await page
        .locator('.alarm', { hasText: 'Paid but nothing made' })
        .getByText('Acknowledged', { exact: true })
        .waitFor();
      expect(bench.records.auditRows.at(-1)).toMatchObject({
        who: 'duty-1',
        what: 'alarm.acknowledge',
        result: 'acknowledged',
      });
      const code = await bench.staff.issueSignInCode({ staffId: 'guest-1', roles: ['viewer'] });
      await page.goto(`${base}/sign-in?lang=en#code=${code}`);
      await page.locator('.broken-list').waitFor();
      await open('/alarms?lang=en');
      expect(await page.getByRole('button', { name: /Acknowledge/ }).count()).toBe(0);
    });
  });
});

describe('F65 a counted difference', () => {
  const accept = 'Accept difference: DALIANG-01';
  it('is accepted with the keyboard alone, not without a reason, and goes when the server has it', async () => {
    await visit({ lang: 'en', width: 1440, path: '/alarms?lang=en' }, async ({ bench, page }) => {
      const list = page.getByRole('region', { name: 'Counted differences to accept' });
      await list.waitFor();
      for (const text of ['DALIANG-01', 'difference −2', '40 expected, 38 counted', 'D0117 D0118'])
        expect(await list.innerText()).toContain(text);
      const reason = list.getByRole('textbox', { name: /What you found.*DALIANG-01/ });
      const button = list.getByRole('button', { name: accept });
      // Its row is one of those that j leads to; the field and the button follow.
      await page.locator('#content').focus();
      for (let n = 0; n < 30 && !(await list.getByRole('link').evaluate(IS_FOCUSED)); n += 1)
        await page.keyboard.press('j');
      await page.keyboard.press('Tab');
      expect(await reason.evaluate(IS_FOCUSED)).toBe(true);
      await page.keyboard.type('no ');
      expect(await button.isDisabled()).toBe(true);
      await page.keyboard.press('Enter');
      expect(bench.fleet.varianceList[0]?.accepted).toBeNull();
      await page.keyboard.type('card is missing');
      await page.keyboard.press('Tab');
      expect(await button.evaluate(IS_FOCUSED)).toBe(true);
      await page.keyboard.press('Enter');
      await list.waitFor({ state: 'detached' });
      expect(bench.fleet.varianceList[0]?.accepted).toMatchObject({ who: 'duty-1', reason: 'no card is missing' });
      expect(bench.records.auditRows.at(-1)).toMatchObject({ who: 'duty-1', what: 'variance.accept' });
    });
  });

  it('says that somebody was earlier, in the reader’s language, and shows none that is closed', async () => {
    await visit({ lang: 'zh-CN', width: 360, path: '/alarms?lang=zh-CN' }, async ({ bench, page }) => {
      await page.locator('.feed-on').waitFor();
      await page.getByRole('textbox', { name: /核实情况/ }).fill('复点无误，入账');
      const { accept: real } = bench.fleet;
      bench.fleet.accept = () => Promise.resolve('notOpen');
      await page.getByRole('button', { name: /确认差异/ }).click();
      await page.getByText('该差异已有人确认').waitFor();
      bench.fleet.accept = real;
      await page.getByRole('button', { name: /确认差异/ }).click();
      await page.getByRole('region', { name: '清点差异，待确认' }).waitFor({ state: 'detached' });
    });
  });

  it('that cannot be read is not taken for none', async () => {
    await visit({ lang: 'en', width: 1440, path: '/?lang=en' }, async ({ bench, page, go }) => {
      const { variances } = bench.fleet;
      bench.fleet.variances = () => Promise.reject(new Error('the store is away'));
      await go('/alarms?lang=en');
      const panel = page.getByRole('region', { name: 'Counted differences to accept' });
      await panel.getByRole('alert').waitFor();
      bench.fleet.variances = variances;
      await panel.getByRole('button').click();
      await panel.getByText('difference −2').waitFor();
    });
  });

  it('is offered to nobody whose role may not accept it', async () => {
    await visit({ lang: 'en', width: 360, roles: ['viewer'], path: '/alarms?lang=en' }, async ({ page }) => {
      await page.getByText('Your role may not accept differences').waitFor();
      expect(await page.getByRole('button', { name: accept }).count()).toBe(0);
    });
  });
});

describe('the overview', () => {
  it('shows what is broken first, by weight, with place, cause, effect and next step', async () => {
    await visit({ lang: 'en', width: 1440 }, async ({ page }) => {
      const first = page.locator('.broken').first();
      await expect.poll(() => first.innerText(), { timeout: WAIT_MS }).toContain('RONGGUI-02');
      for (const text of [
        'Out of service',
        'Ronggui Hongqi Police Hall',
        'Critical',
        'Paid but nothing made',
        'Affects: Renew a Hong Kong–Macau endorsement',
        'Next: Check the bill',
      ]) {
        expect(await first.innerText()).toContain(text);
      }
      const counts = await page.locator('.state-counts a').allInnerTexts();
      expect(counts.map((text) => text.replaceAll(/\s+/g, ' '))).toEqual([
        '1 Out of service',
        '1 Degraded',
        '2 Unknown',
        '1 Maintenance',
        '8 In service',
        '1 Closed',
      ]);
      expect(await page.locator('.town').count()).toBe(10);
      expect(await page.locator('.tile').count()).toBe(14);
    });
  });

  it('shows the age of everything, and greys what is not fresh', async () => {
    await visit({ lang: 'en', width: 1440 }, async ({ page, go }) => {
      const ages = await page.locator('.panel-title .age').allInnerTexts();
      expect([ages.length, ages.filter((age) => !/^Data as of \d\d:\d\d:\d\d$/.test(age))]).toEqual([4, []]);
      expect(await page.locator('.tile:not(:has(.age)), .broken:not(:has(.age))').count()).toBe(0);
      const tile = page.locator('.tile', { hasText: 'BEIJIAO-02' });
      expect(await tile.innerText()).toMatch(/Unknown\s+as of \d\d:\d\d:\d\d In service/);
      expect(await page.locator('.tile', { hasText: 'BEIJIAO-01' }).innerText()).toMatch(
        /In service\s+(?:just now|\d+ s ago)/,
      );
      await go('/terminals/RONGGUI-01');
      expect(await page.locator('section.panel').count()).toBe(7);
      expect(await page.locator('section.panel:not(:has(.panel-title .age, .panel-title time))').count()).toBe(0);
    });
  });

  it('follows the fleet without being asked, and counts a case', async () => {
    await visit({ lang: 'en', width: 1440 }, async ({ bench, page }) => {
      await page.locator('.feed-on').waitFor();
      const { fleet } = bench;
      const at = fleet.terminalList.findIndex((terminal) => terminal.tid === 'LUNJIAO-01');
      const before = fleet.terminalList[at];
      const done = fleet.volumeList[0];
      if (before === undefined || done === undefined) throw new Error('the fake fleet lost a row');
      fleet.terminalList[at] = { ...before, state: 'maintenance', heardAt: Date.now() };
      fleet.volumeList[0] = { ...done, n: done.n + 1 };
      fleet.tell({ what: 'terminal', tid: 'LUNJIAO-01' });
      fleet.tell({ what: 'volumes', tid: 'LUNJIAO-01' });
      await page.locator('.tile', { hasText: 'LUNJIAO-01' }).getByText('Maintenance').waitFor();
      await page.getByRole('cell', { name: '215', exact: true }).waitFor();
    });
  });
});

describe('a lost connection', () => {
  it('is told with the time of the data, and healed by itself', async () => {
    await visit({ lang: 'en', width: 1440 }, async ({ bench, page, context }) => {
      await page.locator('.feed-on').waitFor();
      await context.setOffline(true);
      bench.api.app.server.closeAllConnections();
      await page.getByText('Connection to the server lost').waitFor();
      await page.getByText(/You see data of \d\d:\d\d:\d\d/).waitFor();
      expect(await page.evaluate("getComputedStyle(document.querySelector('.content')).filter")).toMatch(/grayscale/);
      await context.setOffline(false);
      await page.locator('.feed-on').waitFor({ timeout: 40_000 });
      await page.getByText('Connection to the server lost').waitFor({ state: 'detached' });
    });
  });
});

describe('a number', () => {
  it('leads to the rows that it counts', async () => {
    await visit({ lang: 'en', width: 1440, path: '/?lang=en' }, async ({ bench, page }) => {
      const day = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
      await page
        .getByRole('row', { name: /Renew a Hong Kong/ })
        .getByRole('link', { name: '214' })
        .click();
      await page.waitForURL(`**/events?kind=service-result&service=exit.endorse&outcome=done&day=${day}&lang=en`);
      const rows = bench.fleet.eventList.filter(
        (event) => event.kind === 'service-result' && new Date(event.at + 8 * 3_600_000).toISOString().startsWith(day),
      );
      await expect.poll(() => page.locator('.event-kind').count(), { timeout: WAIT_MS }).toBe(rows.length);
      await page.goBack();
      await page.locator('.state-counts a', { hasText: 'Unknown' }).click();
      await page.getByText('2 terminals').waitFor();
      await page.goBack();
      await page.locator('.state-counts').waitFor();
      await page.getByRole('link', { name: 'RONGGUI-02' }).first().click();
      await page.getByRole('heading', { name: 'RONGGUI-02' }).waitFor();
    });
  });
});

describe('a list that is read far back', () => {
  it('stays where it is when something happens, and offers what is newer', async () => {
    await visit({ lang: 'en', width: 1440, path: '/events' }, async ({ bench, page }) => {
      await page.locator('.feed-on').waitFor();
      await page.getByRole('button', { name: 'Show older events' }).click();
      await expect.poll(() => page.locator('.event-kind').count(), { timeout: WAIT_MS }).toBe(60);
      bench.fleet.tell({ what: 'events', tid: 'DALIANG-01', kinds: ['booted'] });
      await page.getByRole('button', { name: 'Show newest events' }).click();
      await expect.poll(() => page.locator('.event-kind').count(), { timeout: WAIT_MS }).toBe(50);
    });
  });
});

describe('a page that cannot read', () => {
  it('says so, keeps what it had with its age, and reads again when asked to', async () => {
    await visit({ lang: 'en', width: 1440, path: '/?lang=en' }, async ({ bench, page }) => {
      await page.locator('.feed-on').waitFor();
      const { terminals } = bench.fleet;
      bench.fleet.terminals = () => Promise.reject(new Error('the store is away'));
      bench.fleet.tell({ what: 'terminal', tid: 'LUNJIAO-01' });
      await page.getByText('No new data could be read').waitFor();
      const age = await page.locator('.panel-title .age').first().innerText();
      expect(await page.locator('.tile').count()).toBe(14);
      bench.fleet.terminals = terminals;
      await page.getByRole('button', { name: 'Read again' }).click();
      await page.getByText('No new data could be read').waitFor({ state: 'detached' });
      // Ages are told to the second: what was read within the same one looks the same, until the next reading.
      await expect
        .poll(
          async () => {
            bench.fleet.tell({ what: 'terminal', tid: 'LUNJIAO-01' });
            return page.locator('.panel-title .age').first().innerText();
          },
          { timeout: WAIT_MS, interval: 500 },
        )
        .not.toBe(age);
    });
  });
});

describe('with the keyboard alone', () => {
  it('skips to the content, searches with /, and changes the page with g and a letter', async () => {
    await visit({ lang: 'en', width: 1440, path: '/?lang=en' }, async ({ page }) => {
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content');
      await page.keyboard.press('/');
      await page.keyboard.type('ronggui hong');
      await page.keyboard.press('Enter');
      await page.getByText('1 terminal').waitFor();
      expect(new URL(page.url()).search).toBe('?q=ronggui+hong&lang=en');
      await page.locator('#content').focus();
      await page.keyboard.press('g');
      await page.keyboard.press('a');
      await page.getByRole('heading', { name: 'Alarms', level: 1 }).waitFor();
      expect(new URL(page.url()).search).toBe('?lang=en');
      expect(await page.evaluate('document.activeElement.id')).toBe('content');
      // The heading stands before the rows that the keys lead along.
      await page.locator('#content [data-row]').nth(1).waitFor();
      await page.keyboard.press('j');
      await page.keyboard.press('j');
      await page.keyboard.press('k');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'RONGGUI-02', level: 1 }).waitFor();
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
    });
  });

  it('reaches every filter, and the filter stands in the address', async () => {
    await visit({ lang: 'zh-CN', width: 1440, path: '/events' }, async ({ page }) => {
      await page.getByLabel('种类').focus();
      await page.keyboard.press('ArrowDown');
      await page.getByRole('option', { name: '设备状态变化' }).waitFor({ state: 'attached' });
      for (
        let n = 0;
        n < 40 && (await page.locator('.ant-select-item-option-active').innerText()) !== '设备状态变化';
        n += 1
      )
        await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/events?kind=device-status');
      await expect
        .poll(() => page.locator('.event-kind').allInnerTexts(), { timeout: WAIT_MS })
        .toEqual(Array.from({ length: 12 }, () => '设备状态变化'));
      await page.reload();
      await expect.poll(() => page.locator('.event-kind').count(), { timeout: WAIT_MS }).toBe(12);
    });
  });
});

describe('times', () => {
  it('are the halls’ own, with UTC on hover, wherever the viewer is', async () => {
    await visit({ lang: 'en', width: 1440, path: '/events' }, async ({ page }) => {
      const cell = page.locator('tbody time').first();
      const title = (await cell.getAttribute('title')) ?? '';
      const utc = new Date(`${title.replace('UTC ', '').replace(' ', 'T')}Z`);
      const china = new Date(utc.getTime() + 8 * 3_600_000).toISOString();
      expect(await cell.innerText()).toContain(china.slice(11, 19));
    });
  });
});
