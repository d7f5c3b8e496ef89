import { FakeElectron, FakeWindow } from './fake-electron.ts';

/** Electron as a module, for a real process around `main.ts`: it becomes ready, loads what it is asked to, and ends. */
const world = new FakeElectron();
world.app.exit = (status) => {
  process.exit(status);
};
setTimeout(() => {
  world.app.becomeReady();
}, 20);

export const { app, Menu, session } = world;
export class BrowserWindow extends FakeWindow {
  constructor(options: ConstructorParameters<typeof world.BrowserWindow>[0]) {
    super(world, options);
  }

  override loadURL(url: string): Promise<void> {
    const loaded = super.loadURL(url);
    setImmediate(() => {
      this.loaded();
    });
    return loaded;
  }
}
