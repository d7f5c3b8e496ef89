export type { Restarted } from './due-restart.ts';
export { createUpkeep, type Upkeep } from './upkeep.ts';
