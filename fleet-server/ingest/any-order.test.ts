import { anyOrderSuite } from './testing/any-order-suite.ts';

anyOrderSuite();
