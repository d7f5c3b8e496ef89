import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { AppError, err, ok, type Result } from '@yimen/contracts/base';
import type { FastifyInstance } from 'fastify';
import type { Refusal } from './refusal.ts';

/** Stands in the built page where each answer's nonce goes. */
const NONCE_PLACE = '__CSP_NONCE__';

/** Gives the page with a nonce in it. */
export type PageSource = (nonce: string) => Promise<Result<string, Refusal>>;

/** Serves the built dashboard of `directory`: hashed files under /assets/, kept by browsers for ever. The page is read
 *  when it is first asked for, because it may still be in the making while the server starts. */
export async function servePage(app: FastifyInstance, directory: string): Promise<PageSource> {
  await app.register(fastifyStatic, {
    root: join(directory, 'assets'),
    prefix: '/assets/',
    immutable: true,
    maxAge: '365d',
    preCompressed: true,
    index: false,
    decorateReply: false,
  });
  let page: string | undefined;
  return async (nonce) => {
    page ??= await readFile(join(directory, 'index.html'), 'utf8').catch(() => undefined);
    if (page === undefined) {
      return err({
        code: 'SERVER_BUSY',
        message: 'The dashboard is not built yet; try again in a moment',
        retryAfterSec: 2,
      });
    }
    // Without its place the nonce would be missing and the page would come up without styles.
    if (!page.includes(NONCE_PLACE))
      throw new AppError('SERVER_FAILED', 'the built dashboard has no place for its nonce');
    return ok(page.replaceAll(NONCE_PLACE, nonce));
  };
}
