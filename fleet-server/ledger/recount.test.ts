import { recountSuite } from './testing/recount-suite.ts';

recountSuite();
