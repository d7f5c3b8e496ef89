export { createAlarms, type Alarms, type AlarmsOptions } from './alarms.ts';
