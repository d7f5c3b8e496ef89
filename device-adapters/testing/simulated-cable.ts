import { ok } from '@yimen/contracts/base';
import { memoryChannelPair } from '../transport/memory-channel.ts';
import type { OpenChannel } from '../transport/byte-channel.ts';
import type { SimulatedDevice } from './simulated-device.ts';

/** A cable in memory: each open makes a fresh pair and hands the device its end. */
export function cableTo(device: Pick<SimulatedDevice, 'attach'>): OpenChannel {
  return async () => {
    const [host, end] = memoryChannelPair();
    device.attach(end);
    return ok(host);
  };
}
