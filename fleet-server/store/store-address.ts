/** Where a store's data are: a SQLite file, or a database of a PostgreSQL server (15 or newer) by its URL. */
export type StoreAddress = { readonly file: string } | { readonly postgres: string };

/** Whether `text` is the address of a PostgreSQL database and no path. */
export function isPostgresUrl(text: string): boolean {
  return /^postgres(?:ql)?:\/\//u.test(text);
}

/** The address that a person wrote: a URL, or the path of a file. */
export function storeAddressOf(text: string): StoreAddress {
  return isPostgresUrl(text) ? { postgres: text } : { file: text };
}

/** The address for people: never with the password, nor with what else a URL may carry behind its path. */
export function shownAddress(text: string): string {
  if (!isPostgresUrl(text)) return text;
  try {
    const { username, host, pathname, searchParams } = new URL(text);
    // A Unix socket's folder stands behind the path.
    const place = host === '' ? (searchParams.get('host') ?? '') : host;
    return `postgres://${username === '' ? '' : `${username}@`}${place}${pathname}`;
  } catch {
    return 'postgres://… (this is no URL)';
  }
}
