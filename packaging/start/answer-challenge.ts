import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { answerChallenge } from '@yimen/terminal/staff-secrets';
import { readDemoPeople } from './staff-demo.ts';

const HELP = `Answers a challenge of the demonstration's staff console, as a technician's telephone would.

  node packaging/start/answer-challenge.mjs [--data DIR] [--staff NAME] "CHALLENGE"

  --data DIR     the data folder of npm start (.yimen)
  --staff NAME   staff-technician or staff-keeper (staff-technician)
`;

main();

function main(): void {
  const { values, positionals } = parseArgs({
    options: {
      data: { type: 'string', default: '.yimen' },
      staff: { type: 'string', default: 'staff-technician' },
      help: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const [challenge] = positionals;
  if (values.help || challenge === undefined) {
    process.stdout.write(HELP);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const person = readDemoPeople(resolve(values.data)).find(({ name }) => name === values.staff);
  if (person === undefined) {
    process.stderr.write(`there is no ${values.staff} in ${values.data}\n`);
    process.exitCode = 1;
    return;
  }
  process.stdout.write(`${answerChallenge(person.privateKey, challenge)}\n`);
}
