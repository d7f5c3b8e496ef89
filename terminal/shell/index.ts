export { BrowserKiosk } from './browser-kiosk.ts';
export type { CitizenWindow } from './citizen-window.ts';
export { WITHOUT_POLICY } from './kiosk-flags.table.ts';
export {
  readLine,
  SHELL_VARIABLE,
  shellReportSchema,
  type ShellOrder,
  type ShellReport,
  type ShellStart,
} from './shell-lines.ts';
