import { createHash } from 'node:crypto';
import { BRAND_GROUND } from '../guards/window-options.table.ts';
import type { ShellStart } from '../shell-lines.ts';

const STYLE = `html{background:${BRAND_GROUND};color:#14263B;font-family:"Noto Sans CJK SC",sans-serif;cursor:none}
body{margin:0;min-height:100vh;display:flex;flex-direction:column;justify-content:center;padding:0 8vw;text-align:center}
h1{font-size:7vmin;margin:0}h2{font-size:5vmin;margin:0 0 4vmin}p{font-size:3.6vmin;line-height:1.5;margin:1vmin 0}`;

/** The shell's own page, for when the citizen's page cannot be drawn (A2 out-of-service in its smallest form): both
 *  languages at once, nothing to touch, no script, no request.
 *  @returns a `data:` address that holds all of it */
export function outOfServicePage({ zh, en, hotline }: ShellStart['place']): string {
  const style = createHash('sha256').update(STYLE).digest('base64');
  const html = `<!doctype html><html lang="zh-CN"><meta charset="utf-8">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'sha256-${style}'">
<title>${text(zh)}</title><style>${STYLE}</style>
<main><h1>本机暂停服务</h1><h2 lang="en">Out of service</h2>
<p>很抱歉，请到附近的大厅办理。您的证件和付款都有记录。</p>
<p lang="en">We are sorry. Please use a hall nearby. Your document and money are on record.</p>
<p>${text(zh)} · <span lang="en">${text(en)}</span></p><p>${text(hotline)}</p></main></html>`;
  return `data:text/html;charset=utf-8,${encodeURIComponent(html)}`;
}

/** A hall's name is data, not markup (K29). */
function text(value: string): string {
  return value.replaceAll(/[&<>"']/gu, (sign) => `&#${sign.codePointAt(0) ?? 0};`);
}
