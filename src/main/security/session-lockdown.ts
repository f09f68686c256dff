/**
 * Shuts everything that a Chromium session can do besides showing our own files. Applies to every session there is,
 * the default one included, because a session that nobody uses today is the one that somebody uses tomorrow.
 */
import type { Session } from 'electron';
import type { WindowKind } from '../../shared/ipc-contract.ts';
import { requestAllowed } from './app-scheme.ts';
import { isPermissionGranted } from './permissions.ts';

/** `kind` is the window kind whose pages live in this session; without one no request passes at all. */
export function lockSession(session: Session, kind?: WindowKind): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => {
    answer(isPermissionGranted(permission));
  });
  session.setPermissionCheckHandler((_contents, permission) => isPermissionGranted(permission));
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler(null);
  session.setUSBProtectedClassesHandler(({ protectedClasses }) => protectedClasses);
  session.setBluetoothPairingHandler((_details, answer) => answer({ confirmed: false }));
  session.setCertificateVerifyProc((_request, answer) => answer(-2));
  session.setSpellCheckerEnabled(false);
  session.on('select-hid-device', (event, _details, choose) => {
    event.preventDefault();
    choose(null);
  });
  session.on('select-serial-port', (event, _ports, _contents, choose) => {
    event.preventDefault();
    choose('');
  });
  session.on('select-usb-device', (event, _details, choose) => {
    event.preventDefault();
    choose();
  });
  session.on('will-download', (event) => event.preventDefault());
  session.webRequest.onBeforeRequest((details, answer) => {
    answer({ cancel: kind === undefined || !requestAllowed(details.url, kind) });
  });
  void session.setProxy({ mode: 'direct' });
}
