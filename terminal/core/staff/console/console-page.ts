import { PAGE_HEADERS } from '../../ui-gateway/page-headers.ts';

/** The citizen's page policy, narrower: this page talks to its own port alone and uses no camera. */
export const CONSOLE_HEADERS: Readonly<Record<string, string>> = {
  ...PAGE_HEADERS,
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'permissions-policy':
    'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), payment=(), clipboard-read=()',
};

/** What stands there while the key is in `run`: it looks again by itself, so that turning the key is all it takes. */
export const LOCKED_PAGE = `<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><meta http-equiv="refresh" content="2"><title>yimen</title></head>
<body><h1>请把钥匙转到“维护”或“主管”</h1><h1 lang="en">Turn the key to “maintenance” or “supervisor”</h1></body>
</html>
`;
