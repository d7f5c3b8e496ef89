import { fleetBooksSuite } from './testing/fleet-books-suite.ts';

fleetBooksSuite();
