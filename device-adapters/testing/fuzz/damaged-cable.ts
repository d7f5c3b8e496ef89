import type { ByteChannel } from '../../transport/byte-channel.ts';
import type { SimulatedDevice } from '../simulated-device.ts';
import { inPieces, mutate } from './mutate.ts';
import type { CaseRandom } from './random.ts';

/** At most so many of ten answers are damaged; each case draws its own share. */
const MOST_DAMAGED_OF_TEN = 4;

/** The same device at the end of a cable that damages what it says; what it hears is whole. */
export function onDamagedCable(device: SimulatedDevice, random: CaseRandom): SimulatedDevice {
  const seen: Uint8Array[] = [];
  const damagedOfTen = random.below(MOST_DAMAGED_OF_TEN + 1);
  const damage = (bytes: Uint8Array): Uint8Array => {
    seen.push(Uint8Array.from(bytes));
    return random.below(10) < damagedOfTen && bytes.length > 0 ? mutate([bytes, ...seen.slice(-8)], random) : bytes;
  };
  const attach = (channel: ByteChannel): void =>
    device.attach({
      chunks: channel.chunks,
      closed: channel.closed,
      close: () => channel.close(),
      async write(bytes) {
        for (const piece of inPieces(damage(bytes), random)) {
          const written = await channel.write(piece);
          if (!written.ok) return written;
        }
        return { ok: true, value: undefined };
      },
    });
  return new Proxy(device, {
    get: (target, name) => {
      if (name === 'attach') return attach;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
