import { placesSuite } from './testing/places-suite.ts';

placesSuite();
