/** Why a command cannot go on, in one sentence for a person. `status`: 2 wrong use, 1 the work failed. */
export class Problem extends Error {
  readonly code: string;
  readonly status: 1 | 2;

  constructor(code: string, message: string, status: 1 | 2 = 1) {
    super(message);
    this.name = 'Problem';
    this.code = code;
    this.status = status;
  }
}

/** The sentence of anything that was thrown: never a stack. */
export function sentenceOf(error: unknown): { text: string; status: 1 | 2 } {
  if (error instanceof Problem) return { text: `${error.message} [${error.code}]`, status: error.status };
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC') return { text: 'The disk is full: free some space and start again [DISK_FULL]', status: 1 };
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return {
      text: `The data folder cannot be read or written: ${error instanceof Error ? error.message : ''} [DATA_UNREADABLE]`,
      status: 1,
    };
  }
  return { text: error instanceof Error ? error.message : String(error), status: 1 };
}
