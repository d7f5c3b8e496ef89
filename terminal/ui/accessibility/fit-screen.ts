/** The short side of the drawing (screens design A1). */
const SHORT_PX = 1080;
const LONG_PX = 1920;

export type Orientation = 'portrait' | 'landscape';

export interface Fit {
  readonly orientation: Orientation;
  /** Window pixels per drawn pixel. */
  readonly scale: number;
}

/** How the drawing fits a window of this size, whole and centred: in the orientation that is drawn larger, unless one
 *  is asked for. */
export function fitOf(widthPx: number, heightPx: number, only?: Orientation): Fit {
  const portrait: Fit = { orientation: 'portrait', scale: Math.min(widthPx / SHORT_PX, heightPx / LONG_PX) };
  const landscape: Fit = { orientation: 'landscape', scale: Math.min(widthPx / LONG_PX, heightPx / SHORT_PX) };
  if (only !== undefined) return only === 'portrait' ? portrait : landscape;
  return portrait.scale >= landscape.scale ? portrait : landscape;
}

/** Keeps the drawing fitted to the window. `only` draws one orientation whatever the window (the gallery).
 *  @returns how to stop. */
export function fitScreen(only?: Orientation): () => void {
  const root = document.documentElement;
  const apply = (): void => {
    const fit = fitOf(window.innerWidth, window.innerHeight, only);
    root.dataset['orientation'] = fit.orientation;
    root.style.setProperty('--scale', String(fit.scale));
  };
  apply();
  window.addEventListener('resize', apply);
  return () => {
    window.removeEventListener('resize', apply);
  };
}
