import { CATALOGUE } from './catalogue.ts';
import { wayTo } from './auto-place.ts';
import { FINGERPRINTS } from './fingerprints.table.ts';
import { matchPlugs, shortPort, type UnmatchedPlug } from './match-plugs.ts';
import { listPlugs, type Plug } from './plug-listing.ts';

export interface DescribedPlugs {
  /** Devices that are known by their plug alone. `at`: its WHERE as it is now; null: no carrier for it is built yet. */
  readonly proposals: readonly {
    readonly kind: string;
    readonly driver: string;
    readonly at: string | null;
    readonly plug: Plug;
  }[];
  /** The others, each with a sentence for whoever sets the terminal up. */
  readonly unmatched: readonly { readonly plug: Plug; readonly says: string }[];
}

/** What is plugged into this machine. Reads sysfs only: no device is opened, nothing is sent.
 *  @param root folder that stands for `/` */
export async function describePlugs(root?: string): Promise<DescribedPlugs> {
  const { proposals, unmatched } = matchPlugs(await listPlugs(root), FINGERPRINTS);
  return {
    proposals: proposals.map((found) => ({
      kind: CATALOGUE[found.driver]?.kind ?? 'unknown',
      driver: found.driver,
      at: wayTo(found),
      plug: found.plug,
    })),
    unmatched: unmatched.map((found) => ({ plug: found.plug, says: sentence(found) })),
  };
}

function sentence({ plug, why, candidates }: UnmatchedPlug): string {
  const id = `${plug.vendorId}:${plug.productId}`;
  const name = plug.product === '' ? id : `${id} (${plug.product})`;
  const port = shortPort(plug.portPath);
  switch (why) {
    case 'unknownId':
      return `${name} at port ${port}: no driver knows it`;
    case 'sharedId': {
      const kinds = [...new Set(candidates.map((driver) => CATALOGUE[driver]?.kind ?? driver))].join(', ');
      return `${name} at port ${port}: a cable on which any device may hang; where it is one of ${kinds}, write auto:KIND@${port}`;
    }
    case 'ambiguous':
      return `${name} at port ${port}: ${candidates.join(' and ')} both claim it; name the driver and its port`;
  }
}
