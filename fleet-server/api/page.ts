import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { AppError } from '@yimen/contracts/base';
import type { FastifyInstance } from 'fastify';

/** Stands in the built page where each answer's nonce goes. */
export const NONCE_PLACE = '__CSP_NONCE__';

/** Serves the built dashboard of `directory`: hashed files under /assets/, kept by browsers for ever.
 *  @returns the page itself, with a place for the nonce. A folder without a page is a fault of the caller's build. */
export async function servePage(app: FastifyInstance, directory: string): Promise<(nonce: string) => string> {
  const html = await readFile(join(directory, 'index.html'), 'utf8').catch((error: unknown) => {
    throw new AppError('CONFIG_DASHBOARD', `no built dashboard in ${directory}: build it first`, { cause: error });
  });
  if (!html.includes(NONCE_PLACE)) throw new AppError('CONFIG_DASHBOARD', 'the built dashboard has no place for its nonce');
  await app.register(fastifyStatic, {
    root: join(directory, 'assets'),
    prefix: '/assets/',
    immutable: true,
    maxAge: '365d',
    preCompressed: true,
    index: false,
    decorateReply: false,
  });
  return (nonce) => html.replaceAll(NONCE_PLACE, nonce);
}
