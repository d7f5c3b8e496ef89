import {
  FIELD_NOTES,
  FLEET_LIMITS,
  KEEPALIVE_SEC,
  LINK_RATE,
  MESSAGE_EXAMPLES,
  MESSAGE_NOTES,
  PARTITIONS,
  WIRE_MESSAGES,
  type WireMessage,
} from '@yimen/contracts/fleet';
import { z } from 'zod';
import { FLEET_WIRE_RULES } from './fleet-wire-rules.ts';
import { fieldRows } from './json-schema.ts';
import { generatedHeader, markdownTable } from './markdown-table.ts';

const KIB = 1024;

/** What somebody needs who writes a terminal of his own: topics, types, messages with an example each, and the rules. */
export function renderFleetWire(): string {
  return [
    generatedHeader('与中心的连接契约 第 1 版', 'The wire to the fleet, version 1', 'contracts/fleet'),
    '编写终端所需的一切：主题、类型、报文（各有示例）与规则。机器可读：`fleet-wire.schema.json`。',
    'All that is needed to write a terminal: topics, types, messages with an example each, rules. For programs: `fleet-wire.schema.json`.',
    '',
    linkSection(),
    topicSection(),
    typeSection(),
    '## 报文 · Messages',
    '',
    ...WIRE_MESSAGES.map(messageSection),
    ...FLEET_WIRE_RULES.map(({ title, lines }) => [`## ${title}`, '', ...lines, ''].join('\n')),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}

/** The same for programs: one JSON Schema (2020-12) with a definition for each message. */
export function renderFleetWireSchema(): string {
  const $defs = Object.fromEntries(
    WIRE_MESSAGES.map(({ name, schema, meaning }) => {
      // What it takes, not what it becomes: unknown fields are no fault.
      const { $schema: _, ...body } = z.toJSONSchema(schema, { io: 'input' });
      return [name, { description: meaning.en, ...body }];
    }),
  );
  const head = { $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'yimen fleet wire 1' };
  return `${JSON.stringify({ ...head, $defs }, null, 2)}\n`;
}

function linkSection(): string {
  return [
    '## 连接 · The link',
    '',
    'MQTT 3.1.1 (protocol level 4) over TLS 1.3 with a client certificate; JSON in UTF-8; whole numbers only.',
    'MQTT 3.1.1，TLS 1.3 双向证书，UTF-8 JSON，只用整数。',
    '',
    markdownTable(
      ['CONNECT', '要求 must be'],
      [
        ['client id', 'tid = common name of the certificate, [A-Z0-9-]{6,32}'],
        ['clean session', '1'],
        ['user name, password', 'none'],
        ['keep alive', `${KEEPALIVE_SEC.min}–${KEEPALIVE_SEC.max} s`],
        ['will', `none, or lost on the own up/life: QoS 1, retain, ≤ ${FLEET_LIMITS.willBytes} B`],
      ],
    ),
    '',
    `One link for each terminal: a second one ends the first. Packets ≤ ${FLEET_LIMITS.packetBytes / KIB} KiB; ${LINK_RATE.perSecond} PUBLISH a second, ${LINK_RATE.burst} at once: what is above is not read, after ${LINK_RATE.floodSec} s of that the link is closed.`,
    '',
  ].join('\n');
}

function topicSection(): string {
  const topics = [...new Set(WIRE_MESSAGES.map(({ topic }) => topic))];
  return [
    '## 主题 · Topics',
    '',
    `Below \`yimen/v1/\`; \`{own}\` = \`pNN/{tid}\`, where NN is the first 8 hex digits of SHA-256(tid) as an unsigned number, modulo ${PARTITIONS}, two digits: \`GUEST-01\` → \`p33\`, \`SD-DALIANG-01\` → \`p42\`, \`SD-RONGGUI-01\` → \`p07\`.`,
    'A terminal may subscribe to its own `dn/` topics one by one, to `{own}/dn/+`, `{own}/dn/#` and `srv/state`; nothing else.',
    '',
    markdownTable(
      ['主题 topic', 'QoS', '保留 retain', '发送方 from', '上限 payload ≤', '报文 messages'],
      topics.map((topic) => topicRow(WIRE_MESSAGES.filter((message) => message.topic === topic))),
    ),
    '',
  ].join('\n');
}

function topicRow(messages: readonly WireMessage[]): string[] {
  const [first] = messages;
  if (first === undefined) return [];
  const names = messages.map(({ name }) => name).join(', ');
  const from = [...new Set(messages.map((message) => message.from))].join(', ');
  const bytes = Math.max(...messages.map(({ maxBytes }) => maxBytes));
  return [first.topic, String(first.qos), first.retain ? '是 yes' : '否 no', from, `${bytes} B`, names];
}

function typeSection(): string {
  return [
    '## 类型 · Types',
    '',
    markdownTable(
      ['类型 type', '含义 meaning'],
      [
        ['int', '0…2^53−1'],
        ['ms', 'int, milliseconds'],
        ['wall', 'int, milliseconds since 1970 UTC'],
        ['tid', '[A-Z0-9-]{6,32}, the terminal’s id'],
        ['id', '[A-Za-z0-9_-]{8,40}'],
        ['code', '[A-Za-z0-9._-]{1,48}'],
        ['hash', 'SHA-256 as base64url without padding, 43 characters'],
        ['text', '≤ 200 characters, no control characters'],
      ],
    ),
    '',
    `\`null\` or absent = “cannot tell”, never “good”. Unknown fields are ignored. Nesting ≤ ${FLEET_LIMITS.depth}; no fractions; no field named \`__proto__\`, \`constructor\` or \`prototype\`.`,
    '',
  ].join('\n');
}

function messageSection(message: WireMessage): string {
  const { name, topic, meaning, maxBytes } = message;
  return [
    `### ${name}`,
    '',
    `\`${topic}\`, ≤ ${maxBytes} B. ${meaning.zh}。${meaning.en}.`,
    '',
    markdownTable(['字段 field', '类型 type', '含义 meaning'], fieldTable(message)),
    '',
    '```json',
    MESSAGE_EXAMPLES[name],
    '```',
    '',
  ].join('\n');
}

function fieldTable({ name, schema }: WireMessage): string[][] {
  return fieldRows(z.toJSONSchema(schema)).map(({ path, shown, type, required }) => {
    const note = noteOf(name, path);
    return [`${shown}${required ? '' : '?'}`, type, note === undefined ? '' : `${note.zh} / ${note.en}`];
  });
}

/** What is said of a field: in this message, else wherever it stands. */
function noteOf(name: WireMessage['name'], path: string): { readonly zh: string; readonly en: string } | undefined {
  return MESSAGE_NOTES[name]?.[path] ?? FIELD_NOTES[path];
}

/** Fields without a note, and notes without a field. */
export function fleetWireFaults(): readonly string[] {
  const said = new Set<string>();
  const faults = WIRE_MESSAGES.flatMap(({ name, schema }) =>
    fieldRows(z.toJSONSchema(schema)).flatMap(({ path }) => {
      const own = MESSAGE_NOTES[name]?.[path] === undefined ? path : `${name} ${path}`;
      said.add(own);
      return noteOf(name, path) === undefined
        ? [`contracts/fleet/field-notes.table.ts: ${name} ${path} is not explained`]
        : [];
    }),
  );
  const notes = [
    ...Object.keys(FIELD_NOTES),
    ...Object.entries(MESSAGE_NOTES).flatMap(([name, fields]) => Object.keys(fields).map((path) => `${name} ${path}`)),
  ];
  return [
    ...faults,
    ...notes.filter((each) => !said.has(each)).map((each) => `contracts/fleet/field-notes.table.ts: no field ${each}`),
  ];
}
