import type { Refusal } from './refusal.ts';

interface Failure {
  readonly code?: unknown;
  readonly statusCode?: unknown;
  readonly validation?: unknown;
  readonly refusal?: Refusal;
}

/** Carries a refusal through the framework's error path, where only an Error may travel. */
export class RefusalError extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/** What a thrown error is told as. Anything unforeseen becomes SERVER_FAILED without its text: messages of inner
 *  errors can hold file names and data. */
export function failureRefusal(error: unknown): Refusal {
  const failure: Failure = typeof error === 'object' && error !== null ? error : {};
  if (failure.refusal !== undefined) return failure.refusal;
  if (Array.isArray(failure.validation)) return inputRefusal(failure.validation[0]);
  switch (failure.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return { code: 'BODY_TOO_LARGE', message: 'The body is larger than this route takes; send less', field: 'body' };
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return { code: 'MEDIA_UNSUPPORTED', message: 'Send Content-Type: application/json', field: 'content-type' };
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return { code: 'INPUT_INVALID', message: 'The body is not JSON; send one JSON object', field: 'body' };
    case 'STORE_AWAY':
      return { code: 'SERVER_BUSY', message: 'The database does not answer; try again in a moment', retryAfterSec: 5 };
    case 'STORE_BUSY':
    case 'FST_ERR_HANDLER_TIMEOUT':
      return { code: 'SERVER_BUSY', message: 'The answer took too long; try again in a moment', retryAfterSec: 5 };
    default:
      break;
  }
  if (failure.statusCode === 400)
    return { code: 'INPUT_INVALID', message: 'The request cannot be read; check its address and body' };
  return { code: 'SERVER_FAILED', message: 'The server failed and noted it; try again later' };
}

function inputRefusal(issue: unknown): Refusal {
  const {
    instancePath = '',
    message = 'does not fit',
    params = {},
  } = issue as {
    instancePath?: string;
    message?: string;
    params?: { keys?: readonly string[] };
  };
  const field = params.keys?.[0] ?? instancePath.replace(/^\//, '').replaceAll('/', '.');
  return {
    code: 'INPUT_INVALID',
    field: field === '' ? 'body' : field,
    message: `${field === '' ? 'body' : field}: ${message}`,
  };
}
