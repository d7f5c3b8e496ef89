export { createGateway, type Gateway, type GatewayOptions } from './create-gateway.ts';
export type { GatewayLog } from './gateway-log.ts';
export type { GatewayTls, ListenFault } from './gateway-server.ts';
export type { HallReads } from './neighbour-halls.ts';
export { createCaseOffice } from './offices/case-office.ts';
export { createPaymentOffice } from './offices/payment-office.ts';
export type { OperationsPort } from './operations-port.ts';
export type { AllowList } from './terminal-identity.ts';
