import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '@yimen/contracts/base';
import { touchTroubleSchema, type TouchTrouble } from '@yimen/contracts/ui';
import { CORE_LIMITS } from '../limits.table.ts';

/** Answers the page's word that its touch screen acts by itself; whoever calls has looked at where it comes from. A body
 *  that is not exactly that is refused, and no more are heard than a page has reason to send. */
export function touchPosts(
  clock: Clock,
  onTrouble: (trouble: TouchTrouble) => void,
): (request: IncomingMessage, response: ServerResponse) => void {
  const allowed = postBudget(clock);
  return (request, response) => {
    const refused = refusalOf(request) ?? (allowed() ? undefined : 429);
    if (refused !== undefined) {
      refuse(response, refused);
      return;
    }
    readBody(request, (body) => {
      const trouble = body === undefined ? undefined : parse(body);
      if (body === undefined) refuse(response, 413);
      else if (trouble === undefined) refuse(response, 400);
      else {
        onTrouble(trouble);
        response.writeHead(204).end();
      }
    });
  };
}

function refusalOf(request: IncomingMessage): number | undefined {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim();
  if (type !== 'application/json') return 415;
  return Number(request.headers['content-length'] ?? 0) > CORE_LIMITS.touchPostBytes ? 413 : undefined;
}

/** The connection ends with the answer, whatever is still under way of the request. */
function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { connection: 'close' }).end();
}

/** @param onWhole told once: the body, or undefined when it is too long; never, when the sender goes away before */
function readBody(request: IncomingMessage, onWhole: (body: string | undefined) => void): void {
  const parts: Buffer[] = [];
  let bytes = 0;
  const take = (part: Buffer): void => {
    bytes += part.length;
    if (bytes <= CORE_LIMITS.touchPostBytes) {
      parts.push(part);
      return;
    }
    request.off('data', take);
    request.off('end', finish);
    onWhole(undefined);
  };
  const finish = (): void => {
    onWhole(Buffer.concat(parts).toString('utf8'));
  };
  request.on('data', take);
  request.on('end', finish);
  request.on('error', () => {
    // Whoever goes away in the middle has said nothing.
  });
}

function parse(body: string): TouchTrouble | undefined {
  try {
    const parsed = touchTroubleSchema.safeParse(JSON.parse(body));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

function postBudget(clock: Clock): () => boolean {
  let since = clock.monoMs();
  let used = 0;
  return () => {
    if (clock.monoMs() - since >= 60_000) {
      since = clock.monoMs();
      used = 0;
    }
    used += 1;
    return used <= CORE_LIMITS.touchPostsPerMin;
  };
}
