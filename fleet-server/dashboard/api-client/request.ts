/** How long a request may take before the page says that the server does not answer. */
const REQUEST_MS = 12_000;

/** Why a request was not done. `code` is the server's (error table), or `UNREACHABLE` when there was no answer. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly field: string | undefined;

  constructor(code: string, status: number, message: string, field?: string) {
    super(message);
    this.code = code;
    this.status = status;
    this.field = field;
  }
}

/** Asks the server. Every change carries the header that only this page can set.
 *  @throws ApiError */
export async function request<T>(
  path: string,
  options: { method?: 'GET' | 'POST' | 'DELETE'; body?: unknown; signal?: AbortSignal } = {},
): Promise<T> {
  const { method = 'GET', body, signal } = options;
  const deadline = AbortSignal.timeout(REQUEST_MS);
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: 'same-origin',
      redirect: 'error',
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
      headers: {
        accept: 'application/json',
        ...(method === 'GET' ? {} : { 'x-csrf': '1' }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new ApiError('UNREACHABLE', 0, 'no answer');
  }
  if (response.status === 204) return undefined as T;
  const reply: unknown = await response.json().catch(() => undefined);
  if (response.ok) return reply as T;
  throw errorOf(response.status, reply);
}

function errorOf(status: number, reply: unknown): ApiError {
  const { error } = (reply ?? {}) as { error?: { code?: string; message?: string; field?: string } };
  return new ApiError(error?.code ?? 'SERVER_FAILED', status, error?.message ?? `status ${status}`, error?.field);
}
