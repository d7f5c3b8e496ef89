export { createAedesBroker, type AedesBrokerOptions } from './aedes-broker.ts';
export type { BrokerFault, BrokerPort, PeerIdentity, Refusal, UpMessage } from './broker-port.ts';
