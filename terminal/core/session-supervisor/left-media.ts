import type { DeviceStatus } from '@yimen/contracts/device';
import type { DeviceManager, StatusChange } from '../device-manager/index.ts';

/** Media that a look could not put away: seen again they are no news, not even when a look is what asked for them. */
export interface LeftMedia {
  /** After a look: what is still where it was. */
  remember(): void;
  /** Something that has to be put away, and was not there, or could not be reached, at the last look. */
  isNews(change: StatusChange): boolean;
}

export function leftMedia(devices: DeviceManager): LeftMedia {
  const left = new Map<string, DeviceStatus['media']>();
  return {
    remember: () => {
      left.clear();
      const holders = devices.holders();
      for (const { device, status } of devices.statuses())
        if (status.device === 'online' && holders.includes(device)) left.set(device, status.media);
    },
    isNews: ({ device, status }) =>
      status.device === 'online' && left.get(device) !== status.media && devices.holders().includes(device),
  };
}
