import { STAFF_LEVELS, type KeySwitch, type StaffAct, type StaffLevel } from '@yimen/contracts/terminal';

/** What each level may do at the machine. Hall keepers count, refill and hand out; technicians also move and test
 *  devices and the touch screen; only the full level says who a device is. */
const LEVEL_OF_ACT: Readonly<Record<StaffAct, StaffLevel | null>> = {
  signIn: null,
  challenge: null,
  answer: null,
  signOut: 'basic',
  extend: 'basic',
  status: 'basic',
  testPrint: 'basic',
  openExchange: 'basic',
  closeExchange: 'basic',
  handOut: 'basic',
  acceptVariance: 'basic',
  selfTest: 'intermediate',
  reset: 'intermediate',
  releaseFraud: 'intermediate',
  clearTouch: 'intermediate',
  acceptIdentity: 'full',
};

/** The highest level that a position of the key opens; null: nobody signs in. */
const LEVEL_OF_KEY: Readonly<Record<KeySwitch, StaffLevel | null>> = {
  run: null,
  unknown: null,
  maintenance: 'intermediate',
  supervisor: 'full',
};

/** @returns whether `level` reaches `needed` */
export function reaches(level: StaffLevel, needed: StaffLevel): boolean {
  return STAFF_LEVELS.indexOf(level) >= STAFF_LEVELS.indexOf(needed);
}

export function mayDo(level: StaffLevel, act: StaffAct): boolean {
  const needed = LEVEL_OF_ACT[act];
  return needed === null || reaches(level, needed);
}

/** The level at which somebody works who has `level`, with the key where it is; undefined: the key forbids it. */
export function levelWithKey(level: StaffLevel, key: KeySwitch): StaffLevel | undefined {
  const most = LEVEL_OF_KEY[key];
  if (most === null) return undefined;
  return reaches(level, most) ? most : level;
}

/** Every act of a level, for the console. */
export function actsOf(level: StaffLevel): StaffAct[] {
  return (Object.keys(LEVEL_OF_ACT) as StaffAct[]).filter((act) => LEVEL_OF_ACT[act] !== null && mayDo(level, act));
}
