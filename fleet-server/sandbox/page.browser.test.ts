import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '@yimen/contracts/testing';
import { createSandbox, type Sandbox } from './sandbox.ts';
import { COMMON, endorseBody, idNoOf, PICTURE } from './testing/sandbox-rig.ts';

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

async function ask(office: string, prefix: string, body: object): Promise<void> {
  const foreignRef = `case-${office}-1`;
  const question = {
    operationId: `operation-${office}`,
    kind: `${prefix}.case.begin`,
    terminalId: 'SD-DALIANG-01',
    body: { ...COMMON, ...body, foreignRef },
  };
  const reply = await fetch(`${url}/offices/${office}/requests`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(question),
  });
  expect(reply.status).toBe(200);
}

describe('the page', () => {
  it('works the desks and sets and removes a switch, in both languages, without one complaint of the browser', async () => {
    await ask('exit-entry', 'exitEntry', endorseBody('permit-pending-review'));
    await ask('household', 'household', {
      item: 'idapply',
      idNo: idNoOf('id-li-na'),
      reason: 'loss',
      photoReceiptNo: 'PH20261101000001',
      fingers: [],
      phone: null,
      collection: 'office',
      signature: PICTURE,
    });
    const complaints: string[] = [];
    const page = await openPage(complaints);
    await page.getByRole('button', { name: '批准', exact: true }).click();
    await page.getByTitle('approved').first().waitFor();
    await page.getByRole('tab', { name: '车驾管' }).click();
    await page.getByText('粤XA1005 (02)').waitFor();
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('tab', { name: 'Households 1' }).click();
    await page.getByRole('button', { name: 'Refuse', exact: true }).click();
    await page.getByRole('tab', { name: 'Switches and clock' }).click();
    await page.locator('#notices').getByText('refused').waitFor();
    await page.getByLabel('does').selectOption('refuse');
    await page.getByLabel('refusal code').fill('record check');
    await page.getByRole('button', { name: 'Set switch' }).click();
    await page.getByRole('alert').filter({ hasText: 'action.code' }).waitFor();
    await page.getByLabel('refusal code').fill('record-check');
    await page.getByRole('button', { name: 'Set switch' }).click();
    await page.getByRole('button', { name: 'Remove' }).click();
    await page.locator('#switches .none').waitFor();
    const state = (await (await fetch(`${url}/state`)).json()) as { cases: object[]; switches: object[] };
    expect(state).toMatchObject({ cases: [{ decision: 'refused' }, { decision: 'approved' }], switches: [] });
    // The refused switch is answered with 400, and Chromium tells every such answer.
    expect(complaints.filter((line) => !line.includes('400'))).toEqual([]);
  });
});
