import { operationsSuite } from './testing/operations-suite.ts';

operationsSuite();
