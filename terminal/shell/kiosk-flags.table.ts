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
  '--password-store=basic',
] as const;

/** Only where `chromium-policy.table.ts` is not installed (a demonstration on somebody's own machine): answers the
 *  camera's question, for any origin. The installed policy answers it for ours alone. */
export const WITHOUT_POLICY = ['--use-fake-ui-for-media-stream'] as const;
