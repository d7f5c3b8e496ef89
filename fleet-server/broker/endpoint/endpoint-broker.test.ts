import { systemClock } from '../../store/index.ts';
import { brokerContract } from '../testing/broker-contract.ts';
import { createEndpointBroker } from './endpoint-broker.ts';

brokerContract('endpoint', (setup) =>
  createEndpointBroker({ ...setup, host: '127.0.0.1', port: 0, terminals: 20, clock: systemClock() }),
);
