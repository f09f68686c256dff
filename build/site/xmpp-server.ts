/** What the demo and the tests know of the site's XMPP server, whichever it is. */
import type { LockMaster, ProsodyOptions, ProsodyServer } from './prosody.ts';

export type { LockMaster } from './prosody.ts';
export type { ProsodyAccount as ServerAccount, ProsodyMachine as ServerMachine } from './prosody-tables.ts';

/** What both servers of the kit can be asked for. */
export type XmppServerOptions = Pick<
  ProsodyOptions,
  | 'directory'
  | 'domain'
  | 'pki'
  | 'accounts'
  | 'machines'
  | 'lockMasters'
  | 'port'
  | 'lockBindings'
  | 'serverCertificate'
  | 'admins'
> & {
  /** True by default. False offers SASL at once (and lets nobody in). */
  readonly lock?: boolean;
};

/** A running server of the kit. */
export type XmppServer = ProsodyServer;

/** The lock's master keys as the file of one epoch, `sallyport.lock-master/1`. */
export function masterFile(domain: string, { epoch, key }: LockMaster): string {
  return JSON.stringify({
    format: 'sallyport.lock-master/1',
    domain,
    epoch,
    key: Buffer.from(key).toString('base64'),
  });
}
