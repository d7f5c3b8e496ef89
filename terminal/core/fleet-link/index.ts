export { fleetAcceptances, type FleetAcceptances } from './fleet-acceptances.ts';
export { createFleetLink, type FleetLink, type FleetLinkOptions } from './fleet-link.ts';
export type { BeatFacts } from './heartbeat.ts';
export { neighbourHalls, type NeighbourHalls } from './neighbour-halls.ts';
