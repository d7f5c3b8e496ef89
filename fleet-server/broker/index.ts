export { createAedesBroker } from './aedes-broker.ts';
export * from './broker-port.ts';
export { createEndpointBroker } from './endpoint/endpoint-broker.ts';
