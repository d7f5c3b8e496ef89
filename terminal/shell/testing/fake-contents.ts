import { EventEmitter } from 'node:events';
import type { ContentsPort, KeyTry, MouseTry, NavigationTry } from '../electron-ports.ts';

/** An event whose default action may be refused, as Electron's are. */
export class FakeEvent {
  defaultPrevented = false;

  preventDefault(): void {
    this.defaultPrevented = true;
  }
}

type OpenHandler = (details: { url: string }) => { action: 'deny' };

/** A page in a window: what nobody refuses happens, as in Electron. Methods below `executeJavaScript` are the world's: they
 *  do what a citizen, a page or a crash does and return whether it came through. */
export class FakeContents extends EventEmitter implements ContentsPort {
  readonly scripts: string[] = [];
  zoom: readonly [number, number] | null = null;
  #openHandler: OpenHandler | null = null;

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler;
  }

  setVisualZoomLevelLimits(least: number, most: number): Promise<void> {
    this.zoom = [least, most];
    return Promise.resolve();
  }

  executeJavaScript(code: string): Promise<unknown> {
    this.scripts.push(code);
    return Promise.resolve();
  }

  /** Electron asks `will-frame-navigate` for every frame and `will-navigate` for the main one besides. */
  navigate(wish: NavigationTry): boolean {
    const event = Object.assign(new FakeEvent(), wish);
    this.emit('will-frame-navigate', event);
    if (wish.isMainFrame && !event.defaultPrevented) this.emit('will-navigate', event);
    return !event.defaultPrevented;
  }

  redirect(wish: NavigationTry): boolean {
    const event = Object.assign(new FakeEvent(), wish);
    this.emit('will-redirect', event);
    return !event.defaultPrevented;
  }

  openWindow(url: string): boolean {
    return this.#openHandler === null || this.#openHandler({ url }).action !== 'deny';
  }

  press(key: string, more: Partial<KeyTry> = {}): boolean {
    const none = { isAutoRepeat: false, isComposing: false, shift: false, control: false, alt: false, meta: false };
    const events = ['keyDown', 'keyUp'].map((type) => {
      const event = new FakeEvent();
      this.emit('before-input-event', event, { type, key, ...none, ...more });
      return event;
    });
    return events.some((event) => !event.defaultPrevented);
  }

  mouse(mouse: MouseTry): boolean {
    return this.#ask('before-mouse-event', mouse);
  }

  menu(): boolean {
    return this.#ask('context-menu');
  }

  attachWebview(): boolean {
    return this.#ask('will-attach-webview');
  }

  /** Unanswered, Electron takes the first device. */
  chooseBluetooth(): boolean {
    let chosen = 'first';
    const event = new FakeEvent();
    this.emit('select-bluetooth-device', event, [{ deviceId: 'first' }], (device: string) => {
      chosen = device;
    });
    return !event.defaultPrevented || chosen !== '';
  }

  #ask(name: string, ...args: readonly unknown[]): boolean {
    const event = new FakeEvent();
    this.emit(name, event, ...args);
    return !event.defaultPrevented;
  }
}
