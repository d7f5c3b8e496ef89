import { createHash } from 'node:crypto';
import {
  DOWN_LEAVES,
  downTopic,
  partitionOf,
  SERVER_STATE_TOPIC,
  UP_LEAVES,
  UP_QOS,
  upTopic,
} from '@yimen/contracts/fleet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TerminalRights } from './terminal-rights.ts';

const TID = 'SD-DALIANG-01';
const partition = partitionOf(TID, (text) => createHash('sha256').update(text).digest('hex'));
const rights = new TerminalRights(TID);
const ownUp = UP_LEAVES.map((leaf) => upTopic(partition, TID, leaf));
const ownDown = [...DOWN_LEAVES, '+', '#'].map((leaf) => downTopic(partition, TID, 'ev-ack').replace('ev-ack', leaf));

/** Topics near the allowed ones: words of real topics, wildcards, empty levels, NUL, look-alikes, in any order. */
const word = fc.constantFrom(
  'yimen',
  'v1',
  'v2',
  partition,
  'p07',
  'p42',
  TID,
  'SD-RONGGUI-01',
  'up',
  'dn',
  'srv',
  'state',
  ...UP_LEAVES,
  ...DOWN_LEAVES,
  '+',
  '#',
  '',
  '$SYS',
  '$share',
  'g',
  '\u0000',
  'ＳＤ-DALIANG-01',
  'life ',
  'lifé',
  'lifé',
);
const nearTopic = fc.oneof(
  fc.array(word, { minLength: 1, maxLength: 9 }).map((words) => words.join('/')),
  fc
    .tuple(
      fc.constantFrom(...ownUp, ...ownDown, SERVER_STATE_TOPIC),
      fc.nat(40),
      fc.constantFrom('', '/', 'x', '\u0000', '+', '#', '//'),
    )
    .map(([topic, at, insert]) => topic.slice(0, at) + insert + topic.slice(at)),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

describe('TerminalRights', () => {
  it('lets a terminal publish on its six topics, each at its quality of service', () => {
    for (const leaf of UP_LEAVES) {
      const topic = upTopic(partition, TID, leaf);
      expect(rights.publishLeaf(topic, { qos: UP_QOS[leaf], retain: leaf === 'life', bytes: 2 })).toEqual({ leaf });
      expect(rights.publishLeaf(topic, { qos: UP_QOS[leaf] + 1, retain: false, bytes: 2 })).toHaveProperty('refusal');
    }
  });

  it('lets it subscribe to its own down topics and the server’s state', () => {
    for (const filter of [...ownDown, SERVER_STATE_TOPIC]) expect(rights.maySubscribe(filter)).toBe(true);
  });

  it('lets it cross to nothing else, whatever a topic looks like', () => {
    fc.assert(
      fc.property(nearTopic, fc.integer({ min: 0, max: 2 }), fc.boolean(), (topic, qos, retain) => {
        const published = 'leaf' in rights.publishLeaf(topic, { qos, retain, bytes: 1 });
        expect(published && !ownUp.includes(topic)).toBe(false);
        expect(rights.maySubscribe(topic) && ![...ownDown, SERVER_STATE_TOPIC].includes(topic)).toBe(false);
        const will = { topic, payload: Buffer.from('{"v":1,"kind":"lost","linkSession":1}'), qos: 1, retain: true };
        const refused = rights.connectRefusal({
          protocolLevel: 4,
          clientId: TID,
          clean: true,
          keepaliveSec: 60,
          hasUserNameOrPassword: false,
          will,
        });
        expect(refused === undefined && topic !== upTopic(partition, TID, 'life')).toBe(false);
      }),
      { numRuns: 5_000 },
    );
  });
});
