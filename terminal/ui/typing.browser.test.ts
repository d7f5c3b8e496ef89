import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GalleryChoice } from './testing/gallery-address.ts';
import { openGallery, type GalleryBrowser, type GalleryPage } from './testing/with-gallery.ts';

let gallery: GalleryBrowser;
let opened: GalleryPage;

beforeAll(async () => {
  gallery = await openGallery();
  opened = await gallery.open();
}, 60_000);

afterAll(async () => {
  await gallery.close();
});

/** Draws a form, whose guard hears touches at once. */
async function drawn(choice: Partial<GalleryChoice>): Promise<Page> {
  await opened.draw(choice);
  await settle(opened.page);
  return opened.page;
}

async function settle(page: Page): Promise<void> {
  await page.evaluate('window.gallery.bridge.settle()');
}

async function sent(page: Page): Promise<unknown> {
  return page.evaluate('window.gallery.bridge.sent');
}

/** Shows the same view with another body, as the session answers. */
async function answer(page: Page, body: Readonly<Record<string, unknown>>): Promise<void> {
  await page.evaluate(
    `{ const view = window.gallery.bridge.state.view;
       window.gallery.bridge.show({ ...view, body: { ...view.body, ...${JSON.stringify(body)} } }); }`,
  );
  await settle(page);
}

async function press(page: Page, keys: string): Promise<void> {
  for (const key of keys) await page.getByRole('button', { name: key, exact: true }).click();
}

async function boxes(page: Page): Promise<string> {
  return (await page.locator('.boxes__place').allInnerTexts()).join('');
}

describe('the plate keyboard', () => {
  it.each([
    ['zh-CN', {}],
    ['en', {}],
    ['zh-CN', { elder: true }],
    ['en', { elder: true, lowReach: true }],
  ] as const)('writes 粤XA1001: %s %o', async (lang, mode) => {
    const page = await drawn({ fixture: 'form/plate', lang, mode });
    const send = page.getByRole('button', { name: lang === 'en' ? 'Send number' : '提交号码' });
    await press(page, '粤XA100');
    expect(await send.isDisabled()).toBe(true);
    await press(page, '1');
    expect(await boxes(page)).toBe('粤XA1001');
    await send.click();
    expect(await sent(page)).toEqual([{ kind: 'submit', field: 'plateNo', value: '粤XA1001' }]);
  });

  it('has no letters before the province, no digit for the city, no I and no O; takes eight places', async () => {
    const page = await drawn({ fixture: 'form/plate' });
    expect(await page.locator('.board__key').count()).toBe(31);
    await press(page, '粤');
    for (const key of ['I', 'O', '京'])
      expect(await page.getByRole('button', { name: key, exact: true }).count()).toBe(0);
    expect(await page.getByRole('button', { name: '1', exact: true }).isDisabled()).toBe(true);
    await press(page, 'XD123456');
    expect(await boxes(page)).toBe('粤XD12345');
  });

  it('goes back to the provinces when all is deleted', async () => {
    const page = await drawn({ fixture: 'form/plateCity' });
    await page.getByRole('button', { name: '删一位' }).click();
    await press(page, '京');
    await press(page, 'A1');
    await page.getByRole('button', { name: '全部清除' }).click();
    expect(await boxes(page)).toBe('');
    expect(await page.locator('.board__key').count()).toBe(31);
  });

  it('is walked with arrows and pressed with Enter; the way goes on on the second page', async () => {
    const page = await drawn({ fixture: 'form/plate' });
    await page.keyboard.press('ArrowDown');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('粤');
    await page.keyboard.press('Enter');
    expect(await boxes(page)).toBe('粤');
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Q');
    await page.keyboard.press('Enter');
    expect(await boxes(page)).toBe('粤Q');
  });
});

describe('the keyboard of ID numbers', () => {
  it('takes an X in the last place alone, and tells at once whether it fits', async () => {
    const page = await drawn({ fixture: 'form/idNumber' });
    const x = page.getByRole('button', { name: 'X', exact: true });
    expect(await x.isDisabled()).toBe(true);
    await press(page, '1101051949123100');
    expect(await x.isDisabled()).toBe(true);
    await press(page, '2');
    expect(await x.isDisabled()).toBe(false);
    await press(page, '7');
    await page.getByText('最后一位对不上').waitFor();
    await page.getByRole('button', { name: '删一位' }).click();
    await x.click();
    expect(await page.getByText('最后一位对不上').count()).toBe(0);
    expect(await boxes(page)).toBe('11010519491231002X');
    await page.getByRole('button', { name: '提交号码' }).click();
    expect(await sent(page)).toEqual([{ kind: 'submit', field: 'idNo', value: '11010519491231002X' }]);
  });

  it('hears the digits of a keypad', async () => {
    const page = await drawn({ fixture: 'form/idNumber', lang: 'en' });
    for (const digit of '440606') await page.keyboard.press(digit);
    await page.keyboard.press('Backspace');
    expect(await boxes(page)).toBe('44060');
  });
});

describe('what is typed', () => {
  it('is kept when the session answers with a problem, and can be mended', async () => {
    const page = await drawn({ fixture: 'form/engine' });
    await press(page, '7K2Q');
    await answer(page, { problem: '与登记的发动机号不符，请检查。' });
    expect(await boxes(page)).toBe('7K2Q');
    await page.getByRole('button', { name: '删一位' }).click();
    await press(page, '9');
    await page.getByRole('button', { name: '提交号码' }).click();
    expect(await sent(page)).toEqual([{ kind: 'submit', field: 'engineTail', value: '7K29' }]);
  });

  it('is gone when another field is asked for', async () => {
    const page = await drawn({ fixture: 'form/plate' });
    await press(page, '粤X');
    await answer(page, { field: 'engineTail', keyboard: 'code', maxLength: 4, label: '发动机号后 4 位' });
    expect(await boxes(page)).toBe('');
    await press(page, '12');
    expect(await boxes(page)).toBe('12');
  });
});

describe('what the keys of a screen ask for', () => {
  it.each([
    ['read-card/idCardOrNumber', '手输号码', { kind: 'other' }],
    ['read-card/idCardAgain', '再读一次', { kind: 'again' }],
    ['scan-code/receipt', '手输号码', { kind: 'other' }],
    ['scan-code/again', '再扫一次', { kind: 'again' }],
    ['fingerprint/again', '换个手指', { kind: 'other' }],
    ['fingerprint/again', '跳过指纹', { kind: 'skip' }],
    ['fingerprint/again', '再按一次', { kind: 'again' }],
    ['document-scan/glass', '开始扫描', { kind: 'confirm' }],
    ['document-scan/again', '重新扫描', { kind: 'again' }],
    ['document-scan/again', '跳过材料', { kind: 'skip' }],
    ['document-scan/done', '使用材料', { kind: 'confirm' }],
    ['give-old/again', '再放一次', { kind: 'again' }],
    ['signature/padAgain', '再签一次', { kind: 'again' }],
    ['signature/pad', '擦除重写', { kind: 'again' }],
    ['signature/pad', '到窗口办', { kind: 'useWindow' }],
    ['photo/accepted', '使用照片', { kind: 'confirm' }],
    ['photo/accepted', '再拍一张', { kind: 'again' }],
    ['photo/again', '到窗口办', { kind: 'useWindow' }],
  ])('%s: %s', async (fixture, name, wish) => {
    const page = await drawn({ fixture });
    await page.getByRole('button', { name, exact: true }).click();
    expect(((await sent(page)) as readonly unknown[]).at(-1)).toEqual(wish);
  });

  it('no number where the card alone will do', async () => {
    const page = await drawn({ fixture: 'read-card/idCard' });
    expect(await page.getByRole('button', { name: '手输号码' }).count()).toBe(0);
  });
});
