import { alarmsSuite } from './testing/alarms-suite.ts';

alarmsSuite();
