import { parseArgs } from 'node:util';
import { showJournal, verifyJournal, type ShowFilter, type VerifyReport } from '@yimen/terminal/core';

/** Where a command's lines go. */
export interface CommandOutput {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

const HELP = `npm run journal -- verify FILE [--json]
npm run journal -- show FILE [--from N] [--to N] [--session ID] [--operation ID]
  verify  chain, sequence, torn or changed rows by name; a running terminal's journal may be read
  show    the rows, one line each: j, seq, time, kind, fields
Exit status: 0 content, 1 something is wrong (named), 2 wrong use.`;

const LISTED = 10;

/** Carries out `npm run journal`.
 *  @returns the exit status: 0 content, 1 a bad row or an unreadable file, 2 wrong use */
export function runJournal(args: readonly string[], output: CommandOutput): number {
  const asked = readArguments(args);
  if (typeof asked === 'string') {
    output.err(`${asked} [WRONG_OPTION]`);
    output.err(HELP);
    return 2;
  }
  if (asked.command === 'help') {
    output.out(HELP);
    return 0;
  }
  return asked.command === 'verify' ? verify(asked.file, asked.json, output) : show(asked.file, asked.filter, output);
}

type Asked =
  | { readonly command: 'help' }
  | { readonly command: 'verify'; readonly file: string; readonly json: boolean }
  | { readonly command: 'show'; readonly file: string; readonly filter: ShowFilter };

function readArguments(args: readonly string[]): Asked | string {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        from: { type: 'string' },
        to: { type: 'string' },
        session: { type: 'string' },
        operation: { type: 'string' },
      },
    });
  } catch (error) {
    return error instanceof Error ? error.message : 'wrong options';
  }
  const { values, positionals } = parsed;
  if (values.help) return { command: 'help' };
  const [command, file, ...rest] = positionals;
  if (command !== 'verify' && command !== 'show') return `expected "verify" or "show", not "${command ?? 'nothing'}"`;
  if (file === undefined || rest.length > 0) return `${command} takes exactly one FILE`;
  const filtered = values.from ?? values.to ?? values.session ?? values.operation;
  if (command === 'verify') {
    return filtered === undefined
      ? { command, file, json: values.json }
      : '--from, --to, --session and --operation belong to show';
  }
  if (values.json) return '--json belongs to verify';
  const from = rowNumber(values.from, 1);
  const to = rowNumber(values.to, Number.MAX_SAFE_INTEGER);
  if (from === undefined || to === undefined) return '--from and --to take a row number from 1 on';
  return { command, file, filter: { from, to, sessionId: values.session, operationId: values.operation } };
}

function rowNumber(text: string | undefined, absent: number): number | undefined {
  if (text === undefined) return absent;
  const number = Number(text);
  return /^\d{1,16}$/u.test(text) && number >= 1 && Number.isSafeInteger(number) ? number : undefined;
}

function verify(file: string, json: boolean, output: CommandOutput): number {
  const report = verifyJournal(file);
  if (!report.ok) {
    if (json)
      output.out(
        JSON.stringify({ ok: false, file, fault: { code: report.error.code, message: report.error.message } }),
      );
    output.err(`${report.error.message} [${report.error.code}]`);
    output.err(UNREADABLE_NEXT);
    return 1;
  }
  const { value } = report;
  const content = value.total === 0;
  if (json) output.out(JSON.stringify({ ok: content, file, ...value }));
  else for (const line of verifyLines(file, value)) output.out(line);
  return content ? 0 : 1;
}

/** What a person does now. The file is never repaired by hand: it is evidence, and core cuts it by itself. */
const DAMAGED_NEXT = [
  'next: leave the file as it is, and start the terminal again (or wait for its nightly restart): core puts the file aside',
  '  as journal.damaged-<time>.sqlite, keeps what comes before the first bad row, settles what was open, and tells the fleet.',
  '  Then keep the file that was put aside, look at the disk, and go through the business since the last good row.',
];
const UNREADABLE_NEXT =
  'next: look whether the name and your rights are right; where they are, nothing of the file can be read: start the terminal, which puts it aside and begins a new journal';

function verifyLines(file: string, report: VerifyReport & { tid: string; epoch: number }): string[] {
  const about = `${report.tid} epoch ${report.epoch}: ${report.rows} rows, j up to ${report.lastJ}, seq up to ${report.lastSeq}`;
  if (report.total === 0)
    return [`${file}: ${about}`, `content: chain, numbers and checksums hold; head ${report.head ?? 'none'}`];
  const listed = report.findings.slice(0, LISTED).map((finding) => `j ${finding.j}: ${finding.what} [${finding.code}]`);
  const more = report.total > listed.length ? [`… and ${report.total - listed.length} more`] : [];
  return [
    `${file}: ${about}`,
    ...listed,
    ...more,
    `not content: ${report.total} found, the first at j ${report.findings[0]?.j ?? 0}`,
    ...DAMAGED_NEXT,
  ];
}

function show(file: string, filter: ShowFilter, output: CommandOutput): number {
  const shown = showJournal(file, filter, output.out);
  if (shown.ok) return 0;
  output.err(`${shown.error.message} [${shown.error.code}]`);
  return 1;
}
