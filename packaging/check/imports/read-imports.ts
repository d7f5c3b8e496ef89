import { field, isNode, lineAt, parse, visit, type SyntaxNode } from './syntax-tree.ts';

/** One mention of another module in a source file. */
export interface ImportMention {
  /** The specifier as written; `null` when it is computed and cannot be known before the program runs. */
  readonly specifier: string | null;
  /** `runtime`: loaded when the file is. `type`: erased (`import type`, `export type`, `import('…').T`).
   *  `spawn`: `new URL('./x.ts', import.meta.url)`, the way to name a process, worker or asset. */
  readonly kind: 'runtime' | 'type' | 'spawn';
  /** Line in the file, from 1. */
  readonly line: number;
}

/** Reads every import of a TypeScript or JavaScript text: static, `export … from`, dynamic, type queries, module URLs.
 *  `import { type A } from 'x'` counts as `runtime`: only the name is erased, the module is still loaded.
 *  @throws Error when the text does not parse, with the parser's first message */
export function readImports(path: string, text: string): readonly ImportMention[] {
  const mentions: ImportMention[] = [];
  visit(parse(path, text), (node) => {
    const mention = mentionOf(node);
    if (mention !== null) mentions.push({ ...mention, line: lineAt(text, node.start) });
  });
  return mentions;
}

function mentionOf(node: SyntaxNode): Omit<ImportMention, 'line'> | null {
  switch (node.type) {
    case 'ImportDeclaration':
      return { specifier: literalOf(field(node, 'source')), kind: kindOf(field(node, 'importKind')) };
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration': {
      const source = field(node, 'source');
      return source === null || source === undefined
        ? null
        : { specifier: literalOf(source), kind: kindOf(field(node, 'exportKind')) };
    }
    case 'ImportExpression':
      return { specifier: literalOf(field(node, 'source')), kind: 'runtime' };
    case 'TSImportType':
      return { specifier: literalOf(field(node, 'source')), kind: 'type' };
    case 'NewExpression':
      return moduleUrlOf(node);
    default:
      return null;
  }
}

/** `new URL('./x.ts', import.meta.url)`; other constructions are no mention of a module. */
function moduleUrlOf(node: SyntaxNode): Omit<ImportMention, 'line'> | null {
  const callee = field(node, 'callee');
  const args = field(node, 'arguments');
  if (!isNode(callee) || field(callee, 'name') !== 'URL' || !Array.isArray(args) || args.length !== 2) return null;
  const base: unknown = args[1];
  if (!isNode(base) || base.type !== 'MemberExpression') return null;
  const object = field(base, 'object');
  const specifier = literalOf(args[0]);
  return isNode(object) && object.type === 'MetaProperty' && specifier !== null ? { specifier, kind: 'spawn' } : null;
}

function kindOf(declared: unknown): 'runtime' | 'type' {
  return declared === 'type' ? 'type' : 'runtime';
}

/** The value of a string literal or of a template without holes. */
function literalOf(node: unknown): string | null {
  if (!isNode(node)) return null;
  const value = field(node, 'value');
  if (node.type === 'Literal' && typeof value === 'string') return value;
  const quasis = field(node, 'quasis');
  if (node.type !== 'TemplateLiteral' || !Array.isArray(quasis) || quasis.length !== 1) return null;
  const cooked = field(field(quasis[0], 'value'), 'cooked');
  return typeof cooked === 'string' ? cooked : null;
}
