/** A broken invariant: something the program itself promised does not hold. Thrown, never caught to steer;
 *  the supervisor journals it and restarts the room or process. Expected failures are Results instead. */
export class AppError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(`${message} [${code}]`, options);
    this.name = 'AppError';
    this.code = code;
  }
}

/** A value that the types say cannot exist: closes every exhaustive switch. */
export function unreachable(value: never): never {
  throw new AppError('INTERNAL_UNREACHABLE', `no case for ${JSON.stringify(value)}`);
}
