/** Runs once in each page that the shell shows. Electron has no event with which printing and the file chooser could be
 *  refused (K06, K07), so their ways in are closed in the page: `window.print`, pickers, and every file input. Our pages
 *  use none of them; this holds when one of them errs. */
export const PAGE_LOCKS = `(() => {
  const lock = (owner, name) => {
    if (owner && name in owner) Object.defineProperty(owner, name, { value: () => undefined, writable: false, configurable: false });
  };
  for (const name of ['print', 'open', 'showOpenFilePicker', 'showSaveFilePicker', 'showDirectoryPicker']) lock(window, name);
  lock(HTMLInputElement.prototype, 'showPicker');
  const isFile = (target) => target instanceof HTMLInputElement && target.type === 'file';
  const refuse = (event) => {
    if (event.composedPath().some(isFile)) { event.preventDefault(); event.stopImmediatePropagation(); }
  };
  addEventListener('click', refuse, true);
  const stop = (event) => event.preventDefault();
  for (const kind of ['dragover', 'drop', 'contextmenu']) addEventListener(kind, stop, true);
})()`;
