/** Command line of the kiosk's Chromium, each switch with its reason. Never a debugging port; `--no-sandbox` only where a
 *  test runs as root. */
export const KIOSK_FLAGS = [
  // One window without a frame, bar or tab strip.
  '--kiosk',
  '--no-first-run',
  '--no-default-browser-check',
  // No bubble, dialog or question of the browser's own reaches a citizen.
  '--noerrdialogs',
  '--disable-session-crashed-bubble',
  '--disable-infobars',
  '--disable-translate',
  '--disable-features=Translate,MediaRouter,OptimizationHints',
  '--disable-extensions',
  '--disable-component-update',
  '--disable-background-networking',
  '--disable-sync',
  '--disable-quic',
  // A swipe from the edge would go back to the last page.
  '--overscroll-history-navigation=0',
  '--disable-pinch',
  // The camera belongs to our own origin; the question for it is answered beforehand.
  '--use-fake-ui-for-media-stream',
  '--password-store=basic',
] as const;
