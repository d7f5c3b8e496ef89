import type { SessionPort } from '../electron-ports.ts';
import { mayCheck, mayRequest, maySee, schemeOf, type DocumentAddress } from '../window-policy.ts';
import type { Deny } from './denied-tries.ts';

/** Chromium's code for "do not trust, whatever you found yourself". */
const REFUSE_CERTIFICATE = -2;

/** Closes a fresh partition before the first page is loaded into it. */
export function guardSession(session: SessionPort, document: DocumentAddress, deny: Deny): void {
  guardPermissions(session, document, deny);
  session.webRequest.onBeforeRequest((wish, answer) => {
    const isAllowed = mayRequest(wish, document);
    if (!isAllowed) deny('request', schemeOf(wish.url));
    answer({ cancel: !isAllowed });
  });
  session.on('will-download', (event) => {
    event.preventDefault();
    deny('download');
  });
  // Nothing that the page needs speaks TLS, so there is no certificate to trust.
  session.setCertificateVerifyProc((_request, answer) => {
    deny('certificate');
    answer(REFUSE_CERTIFICATE);
  });
}

function guardPermissions(session: SessionPort, document: DocumentAddress, deny: Deny): void {
  // Without a handler Electron grants whatever is asked for.
  session.setPermissionRequestHandler((_contents, permission, answer, wish) => {
    const isGranted = maySee(permission, wish, document);
    if (!isGranted) deny('permission', permission);
    answer(isGranted);
  });
  // Looked up by the browser many times a minute: refused without a report.
  session.setPermissionCheckHandler((_contents, permission, origin, wish) =>
    mayCheck(permission, origin, wish, document),
  );
  session.setDevicePermissionHandler(({ deviceType }) => {
    deny('device', deviceType);
    return false;
  });
  session.setBluetoothPairingHandler((_details, answer) => {
    deny('bluetooth');
    answer({ confirmed: false });
  });
}
