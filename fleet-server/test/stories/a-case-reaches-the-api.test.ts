import { caseSuite } from '../case-suite.ts';

caseSuite();
