import { describe, expect, it } from 'vitest';
import { CHROMIUM_POLICY, CHROMIUM_POLICY_FILE, chromiumPolicy } from './chromium-policy.table.ts';
import { KIOSK_FLAGS, WITHOUT_POLICY } from './kiosk-flags.table.ts';

describe('the kiosk’s policy file', () => {
  it('lets through one origin, and gives the camera to that one', () => {
    const policy = chromiumPolicy('http://127.0.0.1:7001/');
    expect(policy['URLBlocklist']).toEqual(['*']);
    expect(policy['URLAllowlist']).toEqual(['http://.127.0.0.1:7001']);
    expect(policy['VideoCaptureAllowedUrls']).toEqual(['http://127.0.0.1:7001']);
  });

  it('is JSON that loses nothing, for the place where Debian’s Chromium looks', () => {
    const policy = chromiumPolicy('http://127.0.0.1:7001/');
    expect(JSON.parse(JSON.stringify(policy))).toEqual(policy);
    expect(CHROMIUM_POLICY_FILE).toMatch(/^\/etc\/chromium\/policies\/managed\/[a-z]+\.json$/u);
  });

  it.each([
    ['K04', 'DeveloperToolsAvailability', 2],
    ['K06', 'PrintingEnabled', false],
    ['K07', 'DownloadRestrictions', 3],
    ['K07', 'AllowFileSelectionDialogs', false],
    ['K03', 'DefaultPopupsSetting', 2],
    ['K26', 'AutofillAddressEnabled', false],
    ['K26', 'AutofillCreditCardEnabled', false],
    ['K26', 'PasswordManagerEnabled', false],
    ['K26', 'IncognitoModeAvailability', 1],
    ['K27', 'TranslateEnabled', false],
    ['K28', 'ScreenCaptureAllowed', false],
    ['K31', 'RemoteDebuggingAllowed', false],
  ] as const)('%s: %s', (_k, name, value) => {
    expect(CHROMIUM_POLICY[name]).toBe(value);
  });

  it('takes the place of the switch that would give the camera to everybody', () => {
    expect(KIOSK_FLAGS).not.toContain(WITHOUT_POLICY[0]);
    expect(KIOSK_FLAGS.some((flag) => /sandbox|remote-debugging|web-security|load-extension/u.test(flag))).toBe(false);
  });
});
