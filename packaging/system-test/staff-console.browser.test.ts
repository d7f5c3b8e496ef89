import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerChallenge } from '@yimen/terminal/staff-secrets';
import { readDemoPeople, type DemoPerson } from '../start/staff-demo.ts';
import { CHROMIUM_PATH } from './lanes.table.ts';
import { RunningDemonstration } from './stories/with-demonstration.ts';

/** The staff console stands behind the six ports of the demonstration. */
const CONSOLE_AFTER = 6;

let hall: RunningDemonstration;
let browser: Browser;
let page: Page;
let people: readonly DemoPerson[];
const trouble: string[] = [];

beforeAll(async () => {
  hall = await RunningDemonstration.start(['--light', '0', '--speed', 'fast']);
  people = readDemoPeople(hall.dataDir);
  // --no-sandbox: Chromium refuses root otherwise. Tests only, never a kiosk.
  browser = await chromium.launch({ executablePath: CHROMIUM_PATH, args: ['--no-sandbox', '--disable-gpu'] });
  page = await browser.newPage({ viewport: { width: 1080, height: 1920 }, deviceScaleFactor: 0.5 });
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => trouble.push(error.message));
  page.on('console', (message) => {
    // 423 is the answer while the key is in `run`.
    if (message.type() === 'error' && !message.text().includes('423')) trouble.push(message.text());
  });
}, 120_000);
afterAll(async () => {
  await browser.close();
  await hall.stop();
});

const address = (): string => `http://127.0.0.1:${hall.portBase + CONSOLE_AFTER}`;

function person(name: string): DemoPerson {
  const found = people.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

/** The record of an opened lock stands before the lock is open, and the page shows it: a hand tries again. */
async function hand(device: string, thing: string): Promise<void> {
  await expect.poll(() => hall.bench(device, 'put', { thing }), { timeout: 10_000 }).toBe(200);
}

const press = (name: string | RegExp): Promise<void> => page.getByRole('button', { name }).first().click();
/** Keys of the pad, one after the other. */
async function keys(text: string): Promise<void> {
  for (const key of text) await page.getByRole('button', { name: key, exact: true }).click();
}
const sees = (text: string | RegExp): Promise<void> => page.getByText(text).first().waitFor();

/** What hands in work gloves and eyes at arm's length could not use, and words of the other language. */
const FAULTS_OF_THE_SCREEN = `(() => {
  const faults = [];
  const lang = document.documentElement.lang;
  if (document.documentElement.scrollWidth > innerWidth) faults.push('wider than the screen');
  for (const button of document.querySelectorAll('button')) {
    const { width, height } = button.getBoundingClientRect();
    if (height < 84 || width < 84) faults.push(button.textContent + ': ' + width + ' × ' + height);
    if (button.scrollWidth > button.clientWidth + 1) faults.push(button.textContent + ': cut off');
  }
  for (const part of document.querySelectorAll('h1, h2, p, span, button, li')) {
    if (part.children.length > 0 || part.textContent.trim() === '') continue;
    const size = Number.parseFloat(getComputedStyle(part).fontSize);
    if (size < 27) faults.push(part.textContent + ': ' + size + ' px');
    if (lang === 'en' && /[\\u4e00-\\u9fff]/.test(part.textContent) && part.textContent !== '中文')
      faults.push('not English: ' + part.textContent);
  }
  return faults;
})()`;

async function expectUsable(): Promise<void> {
  expect(await page.evaluate(FAULTS_OF_THE_SCREEN)).toEqual([]);
}

async function signInByCard(name: string): Promise<void> {
  const { card, pin } = person(name);
  await keys(card);
  await press(/^PIN/u);
  await keys(pin);
}

describe('the staff console in Chromium', () => {
  it('says which way to turn the key, opens by itself, signs in by touch, and refills the licence maker', async () => {
    await page.goto(address());
    await sees('Turn the key');
    await hand('cabinet-io', 'key-maintenance');
    await sees('工作人员登录');
    await expectUsable();
    await signInByCard('staff-technician');
    await page.getByRole('button', { name: '登录', exact: true }).click();
    await sees('剩余时间');
    await sees('签注打印机');
    await expectUsable();

    await press(/驾驶证制证机/u);
    await expectUsable();
    await press('开始补充清点');
    await sees('第 1 步');
    // What should lie there is not shown before it was counted.
    expect(await page.getByText('应有').count()).toBe(0);
    await hand('licence-printer', 'blanks-driving');
    await press(/^清点数/u);
    await keys('39');
    await expectUsable();
    await press('下一步');
    await sees('第 2 步');
    expect(await page.getByRole('button', { name: '下一步' }).isDisabled()).toBe(true);
    await press(/^补充后/u);
    await keys('59');
    await press(/^张数 40/u);
    await press('清除');
    await keys('39');
    await press('加一包');
    await page.keyboard.type('D2026000041');
    await expectUsable();
    await page.getByRole('button', { name: /^张数/u }).nth(1).click();
    await page.keyboard.type('20');
    await press('下一步');
    await sees('应有 40 · 清点数 39 · 差异 -1');
    await expectUsable();
    await press('锁好并提交');
    await sees('已完成');
    await press('返回');
    await sees('待确认差异 · 1');
    const counted = hall.rows().filter(({ kind }) => kind === 'exchange-counted');
    expect(counted).toMatchObject([{ unit: 'driving', expected: 40, counted: 39, variance: -1, after: 59 }]);
  });

  it('in English: every screen, and out again with the key', async () => {
    await press('English');
    await sees('Open differences · 1');
    await expectUsable();
    await press(/^Open differences/u);
    await sees('Whoever counted cannot accept');
    await expectUsable();
    await press('Back');
    await press(/^Held things/u);
    await expectUsable();
    await press('Back');
    await press(/^Slip printer/u);
    await press('Print a test slip');
    await sees('Done');
    await press('Reset: leave it inside');
    await sees(/First look whether a card is inside/u);
    await expectUsable();
    await press('Cancel');
    await press('Back');
    await hand('cabinet-io', 'key-run');
    await sees('Turn the key');
    await hall.invites(20_000);
  });

  it('a challenge is answered by a telephone’s code, typed in; a wrong one says so', async () => {
    await hand('cabinet-io', 'key-maintenance');
    await sees('Staff sign-in');
    await press('Code and answer');
    await press(/^Basic/u);
    const challenge = async (): Promise<string> =>
      (await page.locator('.challenge svg').getAttribute('aria-label')) ?? '';
    const code = answerChallenge(person('staff-keeper').privateKey, await challenge());
    await page.keyboard.type(code.slice(0, -1));
    await expectUsable();
    await page.keyboard.press('Enter');
    await sees(/mistyped/u);
    await page.keyboard.type(code);
    await page.keyboard.press('Enter');
    await sees('Basic (hall keeper)');
    await sees('Time left');
    // A keeper’s console has no resets.
    await press(/^Card unit/u);
    await sees('Ask its status');
    expect(await page.getByText(/^Reset/u).count()).toBe(0);
    await hand('cabinet-io', 'key-run');
    await hall.invites(20_000);
  });

  it('F64 says in both languages that the touch screen is faulty, and lets a technician say that it works', async () => {
    const origin = hall.ready.urls.citizen.replace(/\/$/u, '');
    const headers = { origin, 'content-type': 'application/json' };
    const body = JSON.stringify({ what: 'ghost', sign: 'held' });
    expect((await fetch(`${origin}/touch-trouble`, { method: 'POST', headers, body })).status).toBe(204);
    await hand('cabinet-io', 'key-maintenance');
    await sees('Staff sign-in');
    await signInByCard('staff-technician');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await sees(/fires by itself: out of service since \d{4}-/u);
    await expectUsable();
    await press('中文');
    await sees(/触摸屏自行触发，\d{4}-/u);
    await expectUsable();
    await press('已试用，触摸屏正常');
    await sees('已完成');
    await page.getByText('触摸屏自行触发').waitFor({ state: 'detached' });
    await hand('cabinet-io', 'key-run');
    await hall.invites(20_000);
  });

  it('is no part of the citizen’s page, which cannot reach it either', async () => {
    const citizen = await browser.newPage();
    await citizen.goto(hall.ready.urls.citizen);
    await hand('cabinet-io', 'key-maintenance');
    await citizen.getByText('维护').first().waitFor();
    const reached = await citizen.evaluate(
      `fetch(${JSON.stringify(`${address()}/console-token`)}).then(() => 'reached', () => 'refused')`,
    );
    expect(reached).toBe('refused');
    for (const path of ['/console-token', '/console']) {
      expect((await fetch(`${hall.ready.urls.citizen}${path}`)).status).toBe(404);
    }
    await citizen.close();
    await hand('cabinet-io', 'key-run');
    expect(trouble).toEqual([]);
  });
});
