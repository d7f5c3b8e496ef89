import type { ContentsPort, NavigationTry, RefusableEvent } from '../electron-ports.ts';
import type { DeniedTry } from '../shell-lines.ts';
import { mayNavigate, schemeOf, type DocumentAddress } from '../window-policy.ts';
import type { Deny } from './denied-tries.ts';
import { isKeyAllowed, keyName } from './key-policy.ts';
import { PAGE_LOCKS } from './page-locks.ts';

/** Closes a page, whoever made it: called for every web contents that comes into being. */
export function guardContents(contents: ContentsPort, document: DocumentAddress, deny: Deny): void {
  guardWays(contents, document, deny);
  guardInput(contents, deny);
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
    deny('webview');
  });
  contents.on('select-bluetooth-device', (event, _devices, answer) => {
    event.preventDefault();
    deny('bluetooth');
    answer('');
  });
  contents.on('dom-ready', () => {
    // A page that is gone in the meantime needs no lock.
    contents.executeJavaScript(PAGE_LOCKS).catch(() => undefined);
    contents.setVisualZoomLevelLimits(1, 1).catch(() => undefined);
  });
}

function guardWays(contents: ContentsPort, document: DocumentAddress, deny: Deny): void {
  const judge =
    (what: DeniedTry) =>
    (wish: RefusableEvent & NavigationTry): void => {
      if (mayNavigate(wish, document)) return;
      wish.preventDefault();
      deny(what, schemeOf(wish.url));
    };
  contents.on('will-navigate', judge('navigation'));
  contents.on('will-redirect', judge('redirect'));
  const judgeFrame = judge('frame');
  contents.on('will-frame-navigate', (wish) => {
    // The main frame is judged by `will-navigate`, which follows: one try, one report.
    if (!wish.isMainFrame) judgeFrame(wish);
  });
  contents.setWindowOpenHandler(({ url }) => {
    deny('window', schemeOf(url));
    return { action: 'deny' };
  });
}

function guardInput(contents: ContentsPort, deny: Deny): void {
  contents.on('before-input-event', (event, key) => {
    if (isKeyAllowed(key)) return;
    event.preventDefault();
    if (key.type !== 'keyUp' && !key.isAutoRepeat) deny('key', keyName(key));
  });
  // A finger is a left button. The middle one opens windows, the right one menus (K03, K09).
  contents.on('before-mouse-event', (event, { type, button }) => {
    if ((type !== 'mouseDown' && type !== 'mouseUp') || button === 'left' || button === undefined) return;
    event.preventDefault();
    if (type === 'mouseDown') deny('mouse', button);
  });
  contents.on('context-menu', (event) => {
    event.preventDefault();
    deny('menu');
  });
}
