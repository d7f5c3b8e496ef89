import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { deviceFault, offlineFault } from '../driver-kit/device-faults.ts';
import type { Fingerprint } from './fingerprints.table.ts';
import type { Plug } from './plug-listing.ts';

/** A driver that looks for its plug, and what is known of where it hangs. */
export interface PlugWish {
  readonly driver: string;
  readonly portPath?: string | undefined;
  /** USB serial number. */
  readonly serial?: string | undefined;
}

export interface PlugMatch {
  readonly plug: Plug;
  readonly fingerprint: Fingerprint;
}

/** A plug whose device is known without asking it anything. */
export interface Proposal extends PlugMatch {
  readonly driver: string;
}

export interface UnmatchedPlug {
  readonly plug: Plug;
  readonly why: 'unknownId' | 'sharedId' | 'ambiguous';
  /** Drivers that could be behind it. */
  readonly candidates: readonly string[];
}

/** The one plug on which this driver's device hangs. Never by a `/dev` name. A shared id counts only with the physical
 *  port or the serial number that the configuration names.
 *  @fault offline no such plug is there now; configuration several fit, or only ones that need a port to be named: with
 *  a sentence that says what to write */
export function findPlug(
  plugs: readonly Plug[],
  fingerprints: readonly Fingerprint[],
  wish: PlugWish,
): Result<PlugMatch, Fault> {
  const all = plugs
    .filter((plug) => isWished(plug, wish))
    .flatMap((plug) =>
      fingerprints
        .filter((fingerprint) => fingerprint.driver === wish.driver && fits(plug, fingerprint))
        .map((fingerprint) => ({ plug, fingerprint })),
    );
  const isNamed = wish.portPath !== undefined || wish.serial !== undefined;
  const sure = all.filter(({ fingerprint }) => isNamed || !isShared(fingerprint));
  const best = Math.max(...sure.map(({ fingerprint }) => fingerprint.score));
  const top = sure.filter(({ fingerprint }) => fingerprint.score === best);
  const [match] = top;
  if (match === undefined) return all.length === 0 ? err(missing(wish)) : err(unnamed(wish, all));
  const places = new Set(top.map(({ plug }) => plug.portPath));
  return places.size === 1 ? ok(match) : err(several(wish, [...places]));
}

/** What hangs where, without any wish: what is sure, and what is not and why. Nothing is asked of a device. */
export function matchPlugs(
  plugs: readonly Plug[],
  fingerprints: readonly Fingerprint[],
): { readonly proposals: readonly Proposal[]; readonly unmatched: readonly UnmatchedPlug[] } {
  const proposals: Proposal[] = [];
  const unmatched: UnmatchedPlug[] = [];
  for (const plug of plugs) {
    const fitting = fingerprints.filter((fingerprint) => fits(plug, fingerprint));
    const sure = fitting.filter((fingerprint) => !isShared(fingerprint));
    const best = Math.max(...sure.map(({ score }) => score));
    const top = sure.filter(({ score }) => score === best);
    const [fingerprint] = top;
    const drivers = new Set((top.length > 0 ? top : fitting).map(({ driver }) => driver));
    if (fingerprint !== undefined && drivers.size === 1) {
      proposals.push({ plug, fingerprint, driver: fingerprint.driver });
    } else {
      const why = top.length > 0 ? 'ambiguous' : fitting.length > 0 ? 'sharedId' : 'unknownId';
      unmatched.push({ plug, why, candidates: [...drivers] });
    }
  }
  return { proposals, unmatched };
}

/** A shared id is sure only where the fingerprint itself names which one is meant. */
function isShared({ sharedId, serial, portPath }: Fingerprint): boolean {
  return sharedId && serial === undefined && portPath === undefined;
}

function fits(plug: Plug, { vendorId, productId, serial, portPath }: Fingerprint): boolean {
  return (
    plug.vendorId === vendorId &&
    plug.productId === productId &&
    (serial === undefined || plug.serial === serial) &&
    (portPath === undefined || isAtPort(plug, portPath))
  );
}

function isWished(plug: Plug, { portPath, serial }: PlugWish): boolean {
  return (portPath === undefined || isAtPort(plug, portPath)) && (serial === undefined || plug.serial === serial);
}

/** Whole path, or its end by whole names: `1-3` is not `11-3`, and not `1-3.1` behind a hub at that port. */
function isAtPort(plug: Plug, portPath: string): boolean {
  return plug.portPath === portPath || plug.portPath.endsWith(`/${portPath}`);
}

function missing({ driver, portPath, serial }: PlugWish): Fault {
  const where = portPath === undefined ? '' : ` at port ${portPath}`;
  const which = serial === undefined ? '' : ` with serial ${serial}`;
  return offlineFault(`no plug of ${driver}${which}${where}`);
}

function unnamed({ driver }: PlugWish, all: readonly PlugMatch[]): Fault {
  const ports = all.map(({ plug }) => shortPort(plug.portPath)).join(', ');
  return deviceFault(
    'configuration',
    `${driver} could be at ${ports}, but any device may hang on that cable: name its port, auto:KIND@PORT`,
    'configuration',
  );
}

function several({ driver }: PlugWish, places: readonly string[]): Fault {
  return deviceFault(
    'configuration',
    `${driver} could be at ${places.map(shortPort).join(' or ')}: name its port, auto:KIND@PORT`,
    'configuration',
  );
}

/** The last name of a port's path, which is enough as long as it is the only one. */
export function shortPort(portPath: string): string {
  return portPath.split('/').at(-1) ?? portPath;
}
