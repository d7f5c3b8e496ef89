import { goingOnSuite } from './testing/going-on-suite.ts';

goingOnSuite();
