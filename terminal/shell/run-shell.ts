import type { Clock } from '@yimen/contracts/base';
import type { ElectronPorts } from './electron-ports.ts';
import { DeniedTries } from './guards/denied-tries.ts';
import { guardApp, whyNotStart } from './guards/guard-app.ts';
import { PageKeeper } from './keeper/page-keeper.ts';
import { readLine, SHELL_VARIABLE, shellOrderSchema, shellStartSchema, type ShellReport } from './shell-lines.ts';

/** The process around the shell, as far as it is used. */
export interface ShellProcess {
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly args: readonly string[];
  readonly uid: number;
  /** The launcher's lines; they end when the launcher does. */
  readonly orders: AsyncIterable<string>;
  readonly say: (line: string) => void;
  /** For people: why the shell does not start. */
  readonly complain: (sentence: string) => void;
}

/** Joins the shell and serves the launcher until it closes or is gone. Everything that Electron wants before it is ready
 *  is done before the first `await`. */
export async function runShell(ports: ElectronPorts, around: ShellProcess): Promise<void> {
  const { app } = ports;
  const refusal = whyNotStart(ports, around.env, around.args, around.uid);
  const start = readLine(shellStartSchema, around.env[SHELL_VARIABLE] ?? '');
  if (refusal !== undefined || start === undefined) {
    around.complain(refusal ?? `the shell is started by the launcher: ${SHELL_VARIABLE} is missing or malformed`);
    app.exit(1);
    return;
  }
  const report = (said: ShellReport): void => {
    around.say(JSON.stringify(said));
  };
  const denied = new DeniedTries(around.clock, (what, detail, times) => {
    report({ said: 'denied', what, detail, times });
  });
  for (const folder of ['userData', 'sessionData', 'crashDumps'] as const) app.setPath(folder, start.profileDir);
  guardApp(ports, start.url, denied.deny);
  app.on('child-process-gone', (_event, { type }) => {
    report({ said: 'fell', why: type.toLowerCase().replaceAll(/[^a-z]+/gu, '-') });
  });
  const keeper = new PageKeeper({ ports, clock: around.clock, start, deny: denied.deny, report });
  await app.whenReady();
  keeper.open();
  report({ said: 'ready' });
  await serve(around.orders, keeper, report);
  denied.flush();
  keeper.close();
  app.exit(0);
}

async function serve(
  orders: AsyncIterable<string>,
  keeper: PageKeeper,
  report: (said: ShellReport) => void,
): Promise<void> {
  for await (const line of orders) {
    const order = readLine(shellOrderSchema, line);
    if (order === undefined) continue;
    if (order.do === 'close') return;
    await keeper.replace();
    report({ said: 'replaced', n: order.n });
  }
}
