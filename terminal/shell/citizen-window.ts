/** What shows the citizen's page, whichever program draws it: Chromium in kiosk mode or the Electron shell. */
export interface CitizenWindow {
  open(): void;
  /** Ends the page with everything it knew and opens a fresh one for the next citizen. */
  replace(): Promise<void>;
  close(): Promise<void>;
}
