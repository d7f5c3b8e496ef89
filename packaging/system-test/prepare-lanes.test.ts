import { describe, expect, it } from 'vitest';
import type { Lane } from './lanes.table.ts';
import type { CommandResult, Machine } from './machine.ts';
import { prepareLanes } from './prepare-lanes.ts';

const PROOF = ['show-paper', '--list'] as const;

const PAPER_LANE: Lane = {
  name: 'browser',
  what: 'a lane that needs a system package',
  projects: [],
  debianPackages: ['paper-tools', 'paper-fonts'],
  needsRoot: false,
  proofs: [{ command: [...PROOF], prints: 'paper ready' }],
  budgetSeconds: 1,
};
const PORTABLE_LANE: Lane = { ...PAPER_LANE, name: 'unit', debianPackages: [], proofs: [] };

/** A computer that knows which packages it has; `apt-get install` adds them, and the proof works with all of them. */
class FakeMachine implements Machine {
  readonly commands: string[] = [];
  readonly installed = new Set<string>();
  servicesDenied = false;
  installWorks = true;
  readonly isRoot: boolean;
  readonly isDebian: boolean;

  constructor(who: { readonly isRoot: boolean; readonly isDebian: boolean }) {
    this.isRoot = who.isRoot;
    this.isDebian = who.isDebian;
  }

  readonly run = (command: readonly string[]): Promise<CommandResult> => {
    const line = command.join(' ');
    this.commands.push(`${line}${this.servicesDenied ? ' (services denied)' : ''}`);
    if (command[0] === PROOF[0]) return answer(this.installed.size === 2 ? 'paper ready\n' : '', 0);
    if (command[0] === 'dpkg-query') {
      return this.installed.has(command.at(-1) ?? '') ? answer('installed', 0) : answer('', 1);
    }
    if (!line.includes(' install ')) return answer('', 0);
    if (!this.installWorks) return answer('', 100, 'E: no such mirror');
    for (const name of PAPER_LANE.debianPackages) if (command.includes(name)) this.installed.add(name);
    return answer('', 0);
  };

  readonly denyServiceStarts = (): Disposable => {
    this.servicesDenied = true;
    return {
      [Symbol.dispose]: () => {
        this.servicesDenied = false;
      },
    };
  };
}

function answer(stdout: string, status: number, stderr = ''): Promise<CommandResult> {
  return Promise.resolve({ status, stdout, stderr });
}

const ignore = (): void => undefined;

describe('preparing lanes', () => {
  it('leaves alone what works', async () => {
    const machine = new FakeMachine({ isRoot: true, isDebian: true });
    machine.installed.add('paper-tools').add('paper-fonts');
    const readiness = await prepareLanes([PAPER_LANE, PORTABLE_LANE], machine, ignore);
    expect([...readiness]).toEqual([
      ['browser', null],
      ['unit', null],
    ]);
    expect(machine.commands).toEqual([PROOF.join(' ')]);
  });

  it('as root on Debian installs only what is missing, once, with service starts denied, and proves it', async () => {
    const machine = new FakeMachine({ isRoot: true, isDebian: true });
    machine.installed.add('paper-fonts');
    const told: string[] = [];
    const readiness = await prepareLanes([PAPER_LANE], machine, (line) => told.push(line));
    expect(readiness.get('browser')).toBeNull();
    expect(told[0]).toBe('missing Debian packages: paper-tools');
    expect(machine.commands.filter((line) => line.startsWith('apt-get'))).toEqual([
      'apt-get -o DPkg::Lock::Timeout=600 update (services denied)',
      'apt-get -o DPkg::Lock::Timeout=600 install --yes --no-install-recommends paper-tools (services denied)',
    ]);
    expect(machine.commands.at(-1)).toBe(PROOF.join(' '));
    expect(machine.servicesDenied).toBe(false);
  });

  it('gives the exact command when the installation fails', async () => {
    const machine = new FakeMachine({ isRoot: true, isDebian: true });
    machine.installWorks = false;
    const told: string[] = [];
    const readiness = await prepareLanes([PAPER_LANE], machine, (line) => told.push(line));
    expect(told.join('\n')).toContain('E: no such mirror');
    expect(readiness.get('browser')).toContain(
      'as root: apt-get update && apt-get install --no-install-recommends paper-tools paper-fonts',
    );
  });

  it.each([
    { isRoot: false, isDebian: true },
    { isRoot: true, isDebian: false },
  ])('changes nothing elsewhere (%o) and says what is missing', async (who) => {
    const machine = new FakeMachine(who);
    const readiness = await prepareLanes([PAPER_LANE, PORTABLE_LANE], machine, ignore);
    expect(machine.commands).toEqual([PROOF.join(' ')]);
    expect(readiness.get('browser')).toMatch(/does not show "paper ready".*paper-tools paper-fonts/);
    expect(readiness.get('unit')).toBeNull();
  });

  it('says that a lane needs root', async () => {
    const machine = new FakeMachine({ isRoot: false, isDebian: true });
    const readiness = await prepareLanes([{ ...PORTABLE_LANE, needsRoot: true }], machine, ignore);
    expect(readiness.get('unit')).toContain('needs root');
  });
});
