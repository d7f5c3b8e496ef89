export { createFleetLink, type FleetLink, type FleetLinkOptions } from './fleet-link.ts';
export type { BeatFacts } from './heartbeat.ts';
export { neighbourHalls, type NeighbourHalls } from './neighbour-halls.ts';
