import { describe } from 'vitest';
import { alarmsSuite } from '../alarms/testing/alarms-suite.ts';
import { operationBookSuite } from '../gateway/testing/operation-book-suite.ts';
import { anyOrderSuite } from '../ingest/testing/any-order-suite.ts';
import { goingOnSuite } from '../ingest/testing/going-on-suite.ts';
import { ingestSuite } from '../ingest/testing/ingest-suite.ts';
import { recountSuite } from '../ledger/testing/recount-suite.ts';
import { fleetBooksSuite } from '../store/testing/fleet-books-suite.ts';
import { migrateSuite } from '../store/testing/migrate-suite.ts';
import { operationsSuite } from '../store/testing/operations-suite.ts';
import { placesSuite } from '../store/testing/places-suite.ts';
import { staffSuite } from '../store/testing/staff-suite.ts';
import { variancesSuite } from '../store/testing/variances-suite.ts';
import { caseSuite } from './case-suite.ts';
import { usePostgres } from './use-postgres.ts';

// The suites that prove the store on SQLite, with every store a database of one server. Whoever adds a behaviour to the
// store proves it in one of them, and so on both engines.
usePostgres();

describe('store: operations', () => {
  operationsSuite();
});
describe('store: staff', () => {
  staffSuite();
});
describe('store: variances', () => {
  variancesSuite();
});
describe('store: places, reads, rules of the schema', () => {
  placesSuite();
});
describe('store: schema', () => {
  migrateSuite();
});
describe('store: books', () => {
  fleetBooksSuite();
});
describe('ledger', () => {
  recountSuite();
});
describe('alarms', () => {
  alarmsSuite();
});
describe('ingest', () => {
  ingestSuite();
});
describe('ingest: batches that go on', () => {
  goingOnSuite();
});
describe('ingest: order', () => {
  anyOrderSuite();
});
describe('gateway', () => {
  operationBookSuite();
});
describe('the whole server', () => {
  caseSuite();
});
