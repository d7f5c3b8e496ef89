import { operationBookSuite } from './testing/operation-book-suite.ts';

operationBookSuite();
