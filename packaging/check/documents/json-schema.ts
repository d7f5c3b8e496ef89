import { z } from 'zod';

const schemaSchema = z.looseObject({
  title: z.string().optional(),
  type: z.string().optional(),
  enum: z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
  const: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional(),
  format: z.string().optional(),
  pattern: z.string().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minItems: z.number().optional(),
  maxItems: z.number().optional(),
  maxLength: z.number().optional(),
  anyOf: z.array(z.unknown()).optional(),
  prefixItems: z.array(z.unknown()).optional(),
  items: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
});
type Schema = z.infer<typeof schemaSchema>;

/** One field of a message, as a row of its table. */
export interface FieldRow {
  /** `devices[].module` */
  readonly path: string;
  /** The same for a reader: `devices[0…32].module`. */
  readonly shown: string;
  readonly type: string;
  readonly required: boolean;
}

/** Every field of an object's JSON Schema that has no fields of its own. */
export function fieldRows(schema: unknown): readonly FieldRow[] {
  return rowsBelow('', '', schemaSchema.parse(schema), true);
}

function rowsBelow(path: string, shown: string, schema: Schema, required: boolean): FieldRow[] {
  if (schema.properties !== undefined) return rowsOfObject(path, shown, schema, required);
  if (schema.type === 'array' && schema.prefixItems === undefined)
    return rowsBelow(`${path}[]`, `${shown}[${countOf(schema)}]`, schemaSchema.parse(schema.items), required);
  return [{ path, shown, type: typeOf(schema), required }];
}

function rowsOfObject(
  path: string,
  shown: string,
  { properties = {}, required = [] }: Schema,
  all: boolean,
): FieldRow[] {
  const dot = path === '' ? '' : '.';
  return Object.entries(properties).flatMap(([name, inner]) =>
    rowsBelow(
      `${path}${dot}${name}`,
      `${shown}${dot}${name}`,
      schemaSchema.parse(inner),
      all && required.includes(name),
    ),
  );
}

function countOf({ minItems = 0, maxItems }: Schema): string {
  return maxItems === undefined ? '' : `${minItems}…${maxItems}`;
}

/** A type as a reader says it: a common type's name with what is narrower here, allowed values, or what JSON calls it. */
function typeOf(schema: Schema): string {
  const { anyOf, prefixItems, title, type } = schema;
  if (anyOf !== undefined) return anyOf.map((each) => typeOf(schemaSchema.parse(each))).join(' | ');
  if (schema.enum !== undefined) return schema.enum.map(String).join(' | ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (prefixItems !== undefined) return `[${prefixItems.map((each) => typeOf(schemaSchema.parse(each))).join(', ')}]`;
  if (type === 'integer') return `${title ?? 'int'}${boundsOf(schema)}`;
  if (title !== undefined) return title;
  return plainTypeOf(schema);
}

function boundsOf({ minimum = 0, maximum = Number.MAX_SAFE_INTEGER }: Schema): string {
  if (maximum < Number.MAX_SAFE_INTEGER) return ` ${minimum}…${maximum}`;
  return minimum > 0 ? ` ≥ ${minimum}` : '';
}

function plainTypeOf({ type, format, pattern, maxLength }: Schema): string {
  if (format !== undefined) return format;
  if (pattern !== undefined) return `string ${pattern}`;
  return maxLength === undefined ? (type ?? 'any') : `${type ?? 'string'}, ≤ ${maxLength} characters`;
}
