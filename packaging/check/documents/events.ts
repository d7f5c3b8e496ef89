import { EVENTS } from '@yimen/contracts/journal';
import { z } from 'zod';
import { generatedHeader, markdownTable } from './markdown-table.ts';

const HEAD = ['事件 event', '类别 group', '含义 meaning', '字段 fields', '上报 to the fleet', '保留天数 days kept'];

/** The auditor's reference: everything that a terminal ever records, with every field that it may carry. */
export function renderEvents(): string {
  const rows = Object.entries(EVENTS).map(([kind, event]) => [
    kind,
    event.group,
    `${event.meaning.zh} / ${event.meaning.en}`,
    fieldsOf(event.fields),
    event.forFleet ? '是 yes' : '否 no',
    String(event.retentionDays),
  ]);
  return [
    generatedHeader('日志事件', 'Journal events', 'contracts/journal/event-ids.table.ts'),
    '字段为白名单：未列出的字段无法写入。`?` 表示可省略，`|` 分隔允许的取值。',
    'Fields are an allow-list: a field that is not listed cannot be written. `?` = may be absent, `|` parts the allowed values.',
    '',
    markdownTable(HEAD, rows),
    '',
  ].join('\n');
}

const schemaSchema = z.object({
  properties: z.record(z.string(), z.unknown()).default({}),
  required: z.array(z.string()).default([]),
});

function fieldsOf(fields: z.ZodObject): string {
  const { properties, required } = schemaSchema.parse(z.toJSONSchema(fields));
  return Object.entries(properties)
    .map(([name, type]) => `${name}${required.includes(name) ? '' : '?'}: ${typeName(type)}`)
    .join('; ');
}

const typeSchema = z.looseObject({
  type: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional(),
  format: z.string().optional(),
  anyOf: z.array(z.unknown()).optional(),
  items: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
});

/** A JSON Schema as a short type, as a reader of code would write it. */
function typeName(schema: unknown): string {
  const type = typeSchema.parse(schema);
  if (type.enum !== undefined) return type.enum.map(String).join(' | ');
  if (type.const !== undefined) return String(type.const);
  if (type.anyOf !== undefined) return type.anyOf.map(typeName).join(' | ');
  if (type.items !== undefined) return `[${typeName(type.items)}]`;
  if (type.properties !== undefined) {
    const inside = Object.entries(type.properties).map(([name, inner]) => `${name}: ${typeName(inner)}`);
    return `{ ${inside.join(', ')} }`;
  }
  return type.format ?? type.type ?? 'any';
}
