import { systemClock } from '../store/index.ts';
import { createAedesBroker } from './aedes-broker.ts';
import { brokerContract } from './testing/broker-contract.ts';

brokerContract('aedes', (setup) =>
  createAedesBroker({ ...setup, host: '127.0.0.1', port: 0, terminals: 20, clock: systemClock() }),
);
