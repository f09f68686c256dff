/** What an administrator wants to know at a glance, and what a monitor should wake somebody for. */
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { ToolError } from './errors.mjs';
import { readText } from './files.mjs';
import { readSwitch } from './switch.mjs';

const SOON_MS = 3 * 86_400_000;

/** The running server's process id. @param {Record<string, any>} settings @returns {number | undefined} */
export function runningPid(settings) {
  if (!existsSync(settings.pidFile)) return undefined;
  const pid = Number(readText(settings.pidFile, 64).trim());
  if (!Number.isSafeInteger(pid) || pid <= 1) return undefined;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM' ? pid : undefined;
  }
  return pid;
}

/** @param {string} pem */
function revocationLists(pem) {
  const lists = pem.match(/-----BEGIN X509 CRL-----[^-]+-----END X509 CRL-----/g) ?? [];
  return lists.map((list) => {
    const args = ['crl', '-noout', '-issuer', '-nextupdate', '-nameopt', 'RFC2253', '-dateopt', 'iso_8601'];
    let out;
    try {
      out = execFileSync('openssl', args, { input: list, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
    } catch (error) {
      throw new ToolError(
        `a revocation list cannot be read: ${String(error.stderr ?? error.message).trim()}`,
      );
    }
    const issuer = /^issuer=(.*)$/m.exec(out)?.[1] ?? '';
    const until = Date.parse((/^nextUpdate=(.*)$/m.exec(out)?.[1] ?? '').replace(' ', 'T'));
    return { what: `revocation list of ${issuer}`, until };
  });
}

/**
 * @param {Record<string, any>} settings
 * @param {number} [now] ms
 */
export function status(settings, now = Date.now()) {
  const { service, users, machines, rooms, partners, feeds, revision } = readSwitch(settings);
  const certificate = new X509Certificate(readText(settings.certificate));
  const dates = [
    { what: 'certificate of the server', until: Date.parse(certificate.validTo) },
    ...revocationLists(readText(settings.clientAuthorities)),
  ].map(({ what, until }) => ({
    what,
    until: Number.isNaN(until) ? 'unknown' : new Date(until).toISOString(),
    state: !(until > now) ? 'expired' : until < now + SOON_MS ? 'soon' : 'good',
  }));
  const pid = runningPid(settings);
  const healthy = pid !== undefined && service === 'on' && dates.every(({ state }) => state !== 'expired');
  return {
    healthy,
    running: pid !== undefined,
    ...(pid === undefined ? {} : { pid }),
    service,
    revision,
    users,
    machines,
    rooms,
    partners,
    feeds,
    dates,
  };
}

/** @param {ReturnType<typeof status>} state */
export function statusText({ running, pid, service, users, machines, rooms, partners, feeds, dates }) {
  const list = (names) => (names.length === 0 ? 'none' : names.join(', '));
  return [
    `server     ${running ? `running, process ${pid}` : 'NOT RUNNING'}`,
    `service    ${service === 'on' ? 'on' : 'OFF'}`,
    `users off  ${list(users)}`,
    `machines off  ${list(machines)}`,
    `rooms off  ${list(rooms)}`,
    `partners off  ${list(partners)}`,
    `feeds off  ${list(feeds)}`,
    ...dates.map(({ what, until, state }) => `${state.padEnd(9)}  ${until}  ${what}`),
  ].join('\n');
}
