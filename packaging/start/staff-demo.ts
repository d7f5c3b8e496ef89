import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { staffLevelSchema, type StaffList } from '@yimen/contracts/terminal';
import { newStaff } from '@yimen/terminal/staff-secrets';

/** The demonstration's people at the machine. Their cards, PINs and keys are made up at the first start and lie in the data
 *  folder in plain text; nothing of this exists where a real terminal runs. */
const DEMO_STAFF = [
  { name: 'staff-technician', level: 'intermediate' },
  { name: 'staff-keeper', level: 'basic' },
] as const;

const DAY_MS = 86_400_000;
const VALID_DAYS = 365;

const personSchema = z.object({
  name: z.string(),
  level: staffLevelSchema,
  who: z.string(),
  card: z.string(),
  pin: z.string(),
  privateKey: z.string(),
});
/** One made-up person, with everything that a real terminal would never know. */
export type DemoPerson = z.infer<typeof personSchema>;

export interface DemoStaff {
  /** What core reads. */
  readonly listFile: string;
  readonly people: readonly DemoPerson[];
}

/** Makes the people, or takes those of an earlier start of this data folder. */
export async function makeDemoStaff(dataDir: string): Promise<DemoStaff> {
  const folder = join(dataDir, 'staff');
  const listFile = join(folder, 'staff-list.json');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (existsSync(listFile)) return { listFile, people: readDemoPeople(dataDir) };
  const cardKey = randomBytes(32).toString('base64url');
  const made = await Promise.all(DEMO_STAFF.map((one) => makePerson(cardKey, one)));
  const list: StaffList = { version: 1, cardKey, staff: made.map(({ credential }) => credential) };
  const people = made.map(({ person }) => person);
  write(peopleFile(dataDir), people);
  write(listFile, list);
  return { listFile, people };
}

/** The made-up people of a data folder. @throws when there are none */
export function readDemoPeople(dataDir: string): readonly DemoPerson[] {
  return z.array(personSchema).parse(JSON.parse(readFileSync(peopleFile(dataDir), 'utf8')));
}

async function makePerson(
  cardKey: string,
  { name, level }: (typeof DEMO_STAFF)[number],
): Promise<{ person: DemoPerson; credential: StaffList['staff'][number] }> {
  const card = `60${digits(10)}`;
  const pin = digits(6);
  const validFrom = Date.now() - DAY_MS;
  const { credential, privateKey } = await newStaff({
    cardKey,
    card,
    pin,
    level,
    validFrom,
    validTo: validFrom + VALID_DAYS * DAY_MS,
    random: (n) => randomBytes(n),
  });
  return { credential, person: { name, level, who: credential.who, card, pin, privateKey } };
}

function digits(count: number): string {
  let text = '';
  while (text.length < count) {
    for (const byte of randomBytes(count)) if (byte < 250 && text.length < count) text += String(byte % 10);
  }
  return text;
}

function peopleFile(dataDir: string): string {
  return join(dataDir, 'staff', 'demonstration-people.json');
}

/** Written beside and renamed: a killed start leaves a whole file or none. */
function write(file: string, value: unknown): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
