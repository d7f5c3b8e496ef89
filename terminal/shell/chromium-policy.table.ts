/** Chromium's managed policy for a hall, the other half of `kiosk-flags.table.ts`: a switch belongs to one start, a policy
 *  to the machine and everyone on it. Names and values: chromeenterprise.google/policies, tried with Debian's Chromium. */
export const CHROMIUM_POLICY = {
  // K21, K22, K24: every address but ours (`URLAllowlist`, from the page's address).
  URLBlocklist: ['*'],
  // K04: 2 = developer tools disallowed. K31: no debugging port either.
  DeveloperToolsAvailability: 2,
  RemoteDebuggingAllowed: false,
  // K06, K07.
  PrintingEnabled: false,
  DownloadRestrictions: 3, // all
  AllowFileSelectionDialogs: false,
  PromptForDownloadLocation: false,
  // K03, K27: 2 = blocked.
  DefaultPopupsSetting: 2,
  DefaultNotificationsSetting: 2,
  EnableMediaRouter: false,
  PaymentMethodQueryEnabled: false,
  // K26: nothing of a citizen is filled in, kept or offered.
  AutofillAddressEnabled: false,
  AutofillCreditCardEnabled: false,
  PasswordManagerEnabled: false,
  SavingBrowserHistoryDisabled: true,
  BrowserSignin: 0, // disabled
  SyncDisabled: true,
  BrowserGuestModeEnabled: false,
  BrowserAddPersonEnabled: false,
  IncognitoModeAvailability: 1, // disabled: a second window with rules of its own
  SearchSuggestEnabled: false,
  TranslateEnabled: false,
  SpellcheckEnabled: false,
  // K28: 2 = blocked, 3 on the guards of USB and serial = ask, so 2 as well. The camera is given to our origin alone
  // (`VideoCaptureAllowedUrls`), without a question.
  VideoCaptureAllowed: false,
  AudioCaptureAllowed: false,
  ScreenCaptureAllowed: false,
  DefaultGeolocationSetting: 2,
  DefaultSensorsSetting: 2,
  DefaultWebUsbGuardSetting: 2,
  DefaultSerialGuardSetting: 2,
  DefaultWebHidGuardSetting: 2,
  DefaultWebBluetoothGuardSetting: 2,
  DefaultFileSystemReadGuardSetting: 2,
  DefaultFileSystemWriteGuardSetting: 2,
  DefaultClipboardSetting: 2,
  DefaultLocalFontsSetting: 2,
  DefaultWindowManagementSetting: 2,
  // Nothing of the browser's own goes out to a network.
  ExtensionInstallBlocklist: ['*'],
  BackgroundModeEnabled: false,
  MetricsReportingEnabled: false,
  ComponentUpdatesEnabled: false,
  NetworkPredictionOptions: 2, // never
  QuicAllowed: false,
  BuiltInDnsClientEnabled: false,
  ProxySettings: { ProxyMode: 'direct' },
} as const;

/** The content of the policy file for a page at this address. An image installs it as `CHROMIUM_POLICY_FILE`.
 *  @param pageUrl the page's loopback address with its port, as `http://127.0.0.1:7001/` */
export function chromiumPolicy(pageUrl: string): Readonly<Record<string, unknown>> {
  const { host, origin } = new URL(pageUrl);
  return {
    ...CHROMIUM_POLICY,
    // A filter without scheme would let `file` and others through to that host name.
    URLAllowlist: [`http://.${host}`],
    VideoCaptureAllowedUrls: [origin],
  };
}

/** Where Debian's Chromium looks. */
export const CHROMIUM_POLICY_FILE = '/etc/chromium/policies/managed/yimen.json';
