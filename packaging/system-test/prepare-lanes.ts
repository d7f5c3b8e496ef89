import type { Lane, LaneName } from './lanes.table.ts';
import { limits } from './limits.table.ts';
import type { Machine } from './machine.ts';

/** For each lane `null` when it can start, else the sentence that says what is missing and how to bring it. */
export type Readiness = ReadonlyMap<LaneName, string | null>;

/** Brings the lanes into a state in which they can start, or says why not. The proof comes first: what works is left
 *  alone. As root on Debian the packages of the lanes whose proof fails are installed, all in one go; elsewhere nothing
 *  is changed. Either way a proof has the last word: installed is not yet working.
 *  @param tell receives one line per step, for people */
export async function prepareLanes(
  lanes: readonly Lane[],
  machine: Machine,
  tell: (line: string) => void,
): Promise<Readiness> {
  const readiness = await proveAll(lanes, machine);
  const packages = lanes.filter((lane) => readiness.get(lane.name) !== null).flatMap((lane) => lane.debianPackages);
  if (packages.length === 0 || !machine.isRoot || !machine.isDebian) return readiness;
  const missing = await missingPackages(packages, machine);
  if (missing.length === 0) return readiness;
  tell(`missing Debian packages: ${missing.join(' ')}`);
  await install(missing, machine, tell);
  return proveAll(lanes, machine);
}

/** The command that brings a lane's packages, as a person would type it. */
function installCommand(packages: readonly string[]): string {
  return `apt-get update && apt-get install --no-install-recommends ${packages.join(' ')}`;
}

async function proveAll(lanes: readonly Lane[], machine: Machine): Promise<Readiness> {
  const readiness = new Map<LaneName, string | null>();
  for (const lane of lanes) readiness.set(lane.name, await whatIsMissing(lane, machine));
  return readiness;
}

async function whatIsMissing(lane: Lane, machine: Machine): Promise<string | null> {
  if (lane.needsRoot && !machine.isRoot) return `lane ${lane.name} needs root: sudo npm test -- --lane ${lane.name}`;
  for (const proof of lane.proofs) {
    const result = await machine.run(proof.command, limits.proofDeadlineMs);
    if (result.status === 0 && result.stdout.includes(proof.prints)) continue;
    return `lane ${lane.name} cannot start, because \`${proof.command.join(' ')}\` does not show "${proof.prints}"; ${remedyOf(lane, machine)}`;
  }
  return null;
}

function remedyOf(lane: Lane, machine: Machine): string {
  const command = installCommand(lane.debianPackages);
  return machine.isDebian
    ? `as root: ${command}`
    : `it needs what Debian packs as ${lane.debianPackages.join(', ')} (there: ${command}), or leave it out: npm test -- --portable`;
}

async function missingPackages(packages: readonly string[], machine: Machine): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const name of new Set(packages)) {
    const query = await machine.run(['dpkg-query', '-W', '-f', '${db:Status-Status}', name], limits.proofDeadlineMs);
    if (query.status !== 0 || query.stdout !== 'installed') missing.push(name);
  }
  return missing;
}

async function install(packages: readonly string[], machine: Machine, tell: (line: string) => void): Promise<void> {
  using _denied = machine.denyServiceStarts();
  const lock = ['-o', `DPkg::Lock::Timeout=${limits.aptLockSeconds}`];
  const steps = [
    ['apt-get', ...lock, 'update'],
    ['apt-get', ...lock, 'install', '--yes', '--no-install-recommends', ...packages],
  ];
  for (const step of steps) {
    tell(step.join(' '));
    const result = await machine.run(step, limits.aptDeadlineMs);
    // A failed update may still leave usable lists; the proofs afterwards decide.
    if (result.status !== 0)
      tell(`it failed: ${(result.stderr || result.stdout).trim().split('\n').slice(-3).join(' ')}`);
  }
}
