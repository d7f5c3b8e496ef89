import { variancesSuite } from './testing/variances-suite.ts';

variancesSuite();
