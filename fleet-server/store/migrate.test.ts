import { migrateSuite } from './testing/migrate-suite.ts';

migrateSuite();
