import { parseSync } from 'oxc-parser';

/** A node of the parser's tree (ESTree with TypeScript's additions). Fields are read with `field`, because the checks
 *  look at many kinds of nodes and at few fields of each. */
export interface SyntaxNode {
  readonly type: string;
  /** Offset in the text. */
  readonly start: number;
}

/** Parses a TypeScript or JavaScript text.
 *  @throws Error when it does not parse, with the parser's first message */
export function parse(path: string, text: string): unknown {
  const parsed = parseSync(path, text);
  const firstError = parsed.errors[0];
  if (firstError !== undefined) throw new Error(`${path}: ${firstError.message}`);
  return parsed.program;
}

/** Shows every node below `value` to `see`, parents first. */
export function visit(value: unknown, see: (node: SyntaxNode) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, see);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  if (isNode(value)) see(value);
  for (const child of Object.values(value)) {
    if (typeof child === 'object' && child !== null) visit(child, see);
  }
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof field(value, 'type') === 'string' && typeof field(value, 'start') === 'number';
}

/** One field of a node, `undefined` when there is none. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (Reflect.get(value, name) as unknown) : undefined;
}

/** The line of an offset, from 1. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
