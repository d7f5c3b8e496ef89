export { createIngest, type Ingest, type IngestCounters, type IngestOptions } from './ingest.ts';
