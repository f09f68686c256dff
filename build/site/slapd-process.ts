/** OpenLDAP's slapd as a child process of a test: an ordinary user's, on the loopback, ended with us. */
import { asUser, type OrdinaryUser, userEnvironment } from '../lib/ordinary-user.ts';
import { accepts, ServerProcess } from './server-process.ts';

/** Starts slapd with `configFile` and waits until it listens on `port` (LDAP over TLS). */
export async function runSlapd(
  user: OrdinaryUser,
  configFile: string,
  directory: string,
  port: number,
): Promise<ServerProcess> {
  const words = ['-d', '0', '-f', configFile, '-h', `ldaps://127.0.0.1:${port}/`];
  const server = new ServerProcess({
    name: 'slapd',
    ...asUser(user, '/usr/sbin/slapd', words),
    cwd: directory,
    env: userEnvironment(user),
  });
  await server.ready(() => accepts(port));
  return server;
}
