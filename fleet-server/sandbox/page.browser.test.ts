import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock, PEOPLE } from '@yimen/contracts/testing';
import { createSandbox, type Sandbox } from './sandbox.ts';

let dir = '';
let url = '';
let sandbox: Sandbox;
let browser: Browser;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'yimen-sandbox-page-'));
  sandbox = createSandbox({ dataDir: dir, clock: new ManualClock(), random: (n) => randomBytes(n) });
  const heard = await sandbox.listen(0);
  if (!heard.ok) throw new Error(heard.error.message);
  url = `http://127.0.0.1:${heard.value}`;
  // --no-sandbox: Chromium refuses root otherwise. Tests only.
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
});
afterAll(async () => {
  await browser.close();
  await sandbox.close();
  rmSync(dir, { recursive: true });
});

async function openPage(complaints: string[]): Promise<Page> {
  const page = await browser.newPage();
  page.on('console', (line) => complaints.push(line.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  return page;
}

describe('the page', () => {
  it('works the desk and sets and removes a switch, in both languages, without one complaint of the browser', async () => {
    const body = {
      destinations: ['HKG'],
      kind: 'L',
      countCode: 'once',
      phone: null,
      faceScore: null,
      photoDigest: null,
      consentAt: 1,
      traceNo: 't',
    };
    const permitNo = PEOPLE.find(({ thing }) => thing === 'permit-pending-review')?.documentNumber;
    const question = {
      operationId: 'operation-1',
      kind: 'exitEntry.case.begin',
      terminalId: 'SD-DALIANG-01',
      body: { ...body, permitNo, foreignRef: 'case-0001' },
    };
    await fetch(`${url}/offices/exit-entry/requests`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(question),
    });
    const complaints: string[] = [];
    const page = await openPage(complaints);
    await page.getByRole('button', { name: '批准', exact: true }).click();
    await page.getByTitle('approved').waitFor();
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByLabel('does').selectOption('refuse');
    await page.getByLabel('refusal code').fill('record check');
    await page.getByRole('button', { name: 'Set switch' }).click();
    await page.getByRole('alert').filter({ hasText: 'action.code' }).waitFor();
    await page.getByLabel('refusal code').fill('record-check');
    await page.getByRole('button', { name: 'Set switch' }).click();
    await page.getByRole('button', { name: 'Remove' }).click();
    await page.locator('#switches .none').waitFor();
    const state = (await (await fetch(`${url}/state`)).json()) as { cases: object[]; switches: object[] };
    expect(state).toMatchObject({ cases: [{ decision: 'approved' }], switches: [] });
    // The refused switch is answered with 400, and Chromium tells every such answer.
    expect(complaints.filter((line) => !line.includes('400'))).toEqual([]);
  });
});
