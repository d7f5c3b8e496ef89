import type { ElectronPorts } from '../electron-ports.ts';
import type { DocumentAddress } from '../window-policy.ts';
import type { Deny } from './denied-tries.ts';
import { guardContents } from './guard-contents.ts';
import { CHROMIUM_SWITCHES, REFUSED_ENVIRONMENT, REFUSED_SWITCHES } from './window-options.table.ts';

/** Why the shell must not start, in one sentence, or `undefined`.
 *  @param args what the process was called with, where Node's own switches are seen */
export function whyNotStart(
  { app }: ElectronPorts,
  env: Readonly<Record<string, string | undefined>>,
  args: readonly string[],
  uid: number,
): string | undefined {
  if (uid === 0) return 'the shell does not run as root: its sandbox would be off';
  const named = (name: string): boolean => args.some((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`));
  const refused = REFUSED_SWITCHES.find((name) => app.commandLine.hasSwitch(name) || named(name));
  if (refused !== undefined) return `the shell does not start with --${refused}`;
  const variable = REFUSED_ENVIRONMENT.find((name) => (env[name] ?? '') !== '');
  return variable === undefined ? undefined : `the shell does not start with ${variable} in its environment`;
}

/** Everything that has to stand before Electron is ready. */
export function guardApp({ app, Menu }: ElectronPorts, document: DocumentAddress, deny: Deny): void {
  app.enableSandbox();
  for (const [name, value] of CHROMIUM_SWITCHES) app.commandLine.appendSwitch(name, value);
  // Electron's own menu carries reload, close, quit, zoom and developer tools as shortcuts.
  Menu.setApplicationMenu(null);
  app.on('web-contents-created', (_event, contents) => {
    guardContents(contents, document, deny);
  });
  app.on('certificate-error', (event, _contents, _url, _error, _certificate, answer) => {
    event.preventDefault();
    deny('certificate');
    answer(false);
  });
  // Unanswered, the first certificate of this machine would be shown to whoever asks.
  app.on('select-client-certificate', (event, _contents, _url, _list, answer) => {
    event.preventDefault();
    deny('client-certificate');
    answer();
  });
  app.on('login', () => {
    // Electron's default is to give nothing; the try is told all the same.
    deny('sign-in');
  });
  app.on('before-quit', (event) => {
    event.preventDefault();
    deny('quit');
  });
  app.on('window-all-closed', () => {
    // With no listener here Electron would quit when its window is taken away; the keeper opens another instead.
  });
}
