import { randomBytes } from 'node:crypto';

/** A nonce of 128 random bits for one answer (CSP 3 §2.3.1). */
export function newNonce(): string {
  return randomBytes(16).toString('base64');
}

/** Headers of every answer. `nonce`: only the page gets one, for the style elements of its component library.
 *  `secure`: the page is reached over https, so the browser may be told to insist on it (RFC 6797).
 *  The `trusted-types` line allows one policy, the page's own `default`, which lets no markup through. */
export function securityHeaders(options: {
  readonly nonce?: string | undefined;
  readonly secure: boolean;
}): Record<string, string> {
  const style = options.nonce === undefined ? "'self'" : `'self' 'nonce-${options.nonce}'`;
  return {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      `style-src ${style}`,
      "img-src 'self' data:",
      "font-src 'self'",
      "connect-src 'self'",
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      'trusted-types default',
      'report-to csp',
    ].join('; '),
    'reporting-endpoints': 'csp="/api/csp-report"',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'permissions-policy': 'camera=(), microphone=(), geolocation=()',
    ...(options.secure ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  };
}
