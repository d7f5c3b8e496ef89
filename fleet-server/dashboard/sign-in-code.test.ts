import { describe, expect, it } from 'vitest';
import { codeOfLink, hideSignInCode, takeSignInCode } from './sign-in-code.ts';
import { installTrustedTypesPolicy } from './trusted-types-policy.ts';

const CODE = 'q'.repeat(43);

describe('the code in the address', () => {
  it('goes out of the address at once, keeps the choices, and is given once', () => {
    const replaced: string[] = [];
    const location = { hash: `#code=${CODE}`, pathname: '/sign-in', search: '?lang=en' } as Location;
    const history = {
      replaceState: (_data: unknown, _unused: string, url: string) => void replaced.push(url),
    } as unknown as History;
    hideSignInCode({ location, history });
    expect(replaced).toEqual(['/sign-in?lang=en']);
    expect([takeSignInCode(), takeSignInCode()]).toEqual([CODE, undefined]);
  });

  it.each([
    [`http://localhost:7000/sign-in#code=${CODE}`, CODE],
    [`  ${CODE}\n`, CODE],
    [`https://x/#code=a#code=${CODE}`, CODE],
    ['nonsense', undefined],
    ['http://localhost:7000/sign-in', undefined],
    [`${CODE}<script>`, undefined],
  ])('pasted as %j is %j', (text, code) => {
    expect(codeOfLink(text)).toBe(code);
  });
});

describe('the trusted types policy', () => {
  it('lets styles through and no markup', () => {
    let rule: (text: string) => string | null = () => '';
    installTrustedTypesPolicy({
      trustedTypes: {
        createPolicy: (name, rules) => {
          expect(name).toBe('default');
          rule = rules.createHTML;
        },
      },
    });
    expect(rule('.ant-btn > span { color: red }')).toBe('.ant-btn > span { color: red }');
    expect(rule('<img src=x onerror=alert(1)>')).toBeNull();
    expect(rule('a{}</style><script>')).toBeNull();
  });

  it('does nothing in a browser without Trusted Types', () => {
    expect(() => installTrustedTypesPolicy({})).not.toThrow();
  });
});
