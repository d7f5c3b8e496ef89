import { ingestSuite } from './testing/ingest-suite.ts';

ingestSuite();
