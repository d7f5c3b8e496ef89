import { staffSuite } from './testing/staff-suite.ts';

staffSuite();
