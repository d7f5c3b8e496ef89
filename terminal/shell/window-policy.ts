import type { NavigationTry, PermissionCheck, PermissionTry, RequestTry } from './electron-ports.ts';

/** The one document that a window may hold: the page's loopback address, or the shell's own `data:` page. */
export type DocumentAddress = string;

/** Whether a page may take its frame somewhere (13): only its main frame, only to the document that it already is.
 *  Frames within the page have nowhere to go, because the page has none. */
export function mayNavigate(wish: NavigationTry, document: DocumentAddress): boolean {
  return wish.isMainFrame && isSameDocument(wish.url, document);
}

const PARTS_OF_A_PAGE: ReadonlySet<string> = new Set([
  'stylesheet',
  'script',
  'image',
  'font',
  'xhr',
  'media',
  'other',
]);
const PICTURES: ReadonlySet<string> = new Set(['image', 'media']);

/** Whether bytes may be fetched: the document, what belongs to it from its own origin, pictures made in the page, and the
 *  session's bridge, which listens on another port of this machine and checks origin and token itself (K21, K24, K30). */
export function mayRequest(wish: RequestTry, document: DocumentAddress): boolean {
  if (wish.resourceType === 'mainFrame') return isSameDocument(wish.url, document);
  const url = parse(wish.url);
  if (url === undefined) return false;
  switch (url.protocol) {
    case 'http:':
      return url.origin === originOf(document) && PARTS_OF_A_PAGE.has(wish.resourceType);
    case 'ws:':
      return wish.resourceType === 'webSocket' && url.hostname === '127.0.0.1' && originOf(document) !== undefined;
    case 'data:':
    case 'blob:':
      return PICTURES.has(wish.resourceType);
    default:
      return false;
  }
}

/** Whether a permission that a page asks for is given (5, K28): the camera's picture, without sound, to the page's own
 *  main frame. In which steps it is asked for is the page's affair; nothing else is ever given. */
export function maySee(permission: string, wish: PermissionTry, document: DocumentAddress): boolean {
  return (
    permission === 'media' &&
    wish.isMainFrame &&
    wish.mediaTypes?.length === 1 &&
    wish.mediaTypes[0] === 'video' &&
    isOwnOrigin(wish.requestingUrl ?? '', document)
  );
}

/** The same for a permission that is looked up without asking, as `enumerateDevices` does. */
export function mayCheck(
  permission: string,
  origin: string,
  wish: PermissionCheck,
  document: DocumentAddress,
): boolean {
  return permission === 'media' && wish.isMainFrame && wish.mediaType === 'video' && isOwnOrigin(origin, document);
}

const TOLD_SCHEMES: ReadonlySet<string> = new Set([
  ...['http', 'https', 'ws', 'wss', 'file', 'ftp', 'data', 'blob', 'javascript', 'about', 'filesystem'],
  ...['chrome', 'chrome-extension', 'devtools', 'view-source', 'mailto', 'tel', 'sms', 'intent'],
]);

/** What a report says of an address: its scheme, never the address, which may hold what a citizen wrote. */
export function schemeOf(address: string): string {
  const scheme = /^([a-z][a-z-]*):/iu.exec(address)?.[1]?.toLowerCase() ?? '';
  return TOLD_SCHEMES.has(scheme) ? scheme : 'other';
}

function isSameDocument(address: string, document: DocumentAddress): boolean {
  return address.split('#', 1)[0] === document;
}

function isOwnOrigin(address: string, document: DocumentAddress): boolean {
  const own = originOf(document);
  return own !== undefined && parse(address)?.origin === own;
}

/** `undefined` for the shell's own page: a `data:` document has no origin that could be trusted. */
function originOf(document: DocumentAddress): string | undefined {
  const url = parse(document);
  return url === undefined || url.origin === 'null' ? undefined : url.origin;
}

function parse(address: string): URL | undefined {
  return URL.canParse(address) ? new URL(address) : undefined;
}
