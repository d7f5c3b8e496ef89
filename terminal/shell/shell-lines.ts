import { z } from 'zod';

/** How a shell begins: JSON in the environment variable `SHELL_VARIABLE`. The page's address is a loopback one without
 *  credentials, query or fragment, so that comparing addresses means comparing documents. */
export const shellStartSchema = z.strictObject({
  url: z.string().regex(/^http:\/\/127\.0\.0\.1:\d{1,5}\/$/u),
  /** Folder of this one process: the launcher makes it before and deletes it after. */
  profileDir: z.string().startsWith('/'),
  /** `outOfService`: draws the shell's own page and nothing else, after the shell itself fell too often. */
  shows: z.enum(['page', 'outOfService']),
  /** What the shell's own page says; local data, no request. */
  place: z.strictObject({ zh: z.string().max(60), en: z.string().max(60), hotline: z.string().max(30) }),
});
export type ShellStart = z.infer<typeof shellStartSchema>;

export const SHELL_VARIABLE = 'YIMEN_SHELL';

/** Launcher → shell, one JSON document a line. */
export const shellOrderSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('replace'), n: z.int().min(1) }),
  z.strictObject({ do: z.literal('close') }),
]);
export type ShellOrder = z.infer<typeof shellOrderSchema>;

/** What was tried. A closed list: a report carries no address, no typed character and no text of the page. */
export const DENIED_TRIES = [
  'navigation',
  'frame',
  'redirect',
  'request',
  'window',
  'webview',
  'permission',
  'device',
  'bluetooth',
  'download',
  'certificate',
  'client-certificate',
  'sign-in',
  'key',
  'mouse',
  'menu',
  'close',
  'quit',
  'minimise',
  'leave-full-screen',
] as const;
export type DeniedTry = (typeof DENIED_TRIES)[number];

/** Shell → launcher, one JSON document a line. `detail` is a scheme, a chord or a permission's name. */
export const shellReportSchema = z.discriminatedUnion('said', [
  z.strictObject({ said: z.literal('ready') }),
  z.strictObject({ said: z.literal('replaced'), n: z.int() }),
  z.strictObject({ said: z.literal('page'), is: z.enum(['shown', 'out-of-service']) }),
  z.strictObject({ said: z.literal('fell'), why: z.string().regex(/^[a-z-]{1,40}$/u) }),
  z.strictObject({
    said: z.literal('denied'),
    what: z.enum(DENIED_TRIES),
    detail: z.string().regex(/^[\w+ -]{0,40}$/u),
    times: z.int().min(1),
  }),
]);
export type ShellReport = z.infer<typeof shellReportSchema>;

/** One line of the other side, or `undefined` when it is not of the contract: it is dropped, never guessed at. */
export function readLine<T>(schema: z.ZodType<T>, line: string): T | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
