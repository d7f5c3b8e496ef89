import type { WindowPort } from '../electron-ports.ts';
import type { Deny } from './denied-tries.ts';

/** Keeps a window where it is: full screen, in front, open until the shell destroys it (K01, K02, K05). */
export function guardWindow(window: WindowPort, deny: Deny): void {
  window.on('close', (event) => {
    event.preventDefault();
    deny('close');
  });
  window.on('minimize', () => {
    deny('minimise');
    window.restore();
    window.setKiosk(true);
  });
  window.on('leave-full-screen', () => {
    deny('leave-full-screen');
    window.setKiosk(true);
  });
  // The side buttons of a mouse.
  window.on('app-command', (event, command) => {
    event.preventDefault();
    deny('mouse', command.replaceAll(/[^\w-]/gu, '').slice(0, 40));
  });
}
