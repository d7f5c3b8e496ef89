let waiting: string | undefined;

/** The code in a pasted sign-in link, or a bare code; `undefined` when it is neither. */
export function codeOfLink(text: string): string | undefined {
  const code = text.trim().replace(/^.*#code=/, '');
  return /^[A-Za-z0-9_-]{20,100}$/.test(code) ? code : undefined;
}

/** Takes the code out of the page's address before anything else can read, keep or send it. Call once, at the start. */
export function hideSignInCode(page: { readonly location: Location; readonly history: History }): void {
  const { hash, pathname, search } = page.location;
  if (!hash.startsWith('#code=')) return;
  waiting = codeOfLink(hash);
  page.history.replaceState(null, '', pathname + search);
}

/** The hidden code, once: a page that is drawn twice must not spend it twice. */
export function takeSignInCode(): string | undefined {
  const code = waiting;
  waiting = undefined;
  return code;
}
