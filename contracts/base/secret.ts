const HIDDEN = '***';
const values = new WeakMap<object, unknown>();

/** Holds a value that must not be seen by accident: JSON, templates, `util.inspect` and pino all print `***`.
 *  Only `reveal()` gives the value. (Clearing it is not possible in JavaScript: the process that holds it is killed.) */
export class Secret<T> {
  constructor(value: T) {
    // Kept outside the object, so that no serialiser that walks own properties can meet it.
    values.set(this, value);
  }

  reveal(): T {
    return values.get(this) as T;
  }

  toJSON(): string {
    return HIDDEN;
  }

  toString(): string {
    return HIDDEN;
  }

  [Symbol.toPrimitive](): string {
    return HIDDEN;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return HIDDEN;
  }
}
