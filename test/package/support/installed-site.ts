/** The throw-away site with Sallyport installed from its package on a throw-away computer, and Bob on a test build. */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, launchClient } from '../../../build/demo/driver/client.ts';
import { ROOT } from '../../../build/lib/paths.mjs';
import { resolveRuntime } from '../../../build/runtime.mjs';
import { ALICE, BOB } from '../../../build/site/analysts.ts';
import { startDisplay } from '../../../build/site/display.ts';
import { type Site, startSite } from '../../../build/site/site.ts';
import type { Workstation } from '../../../build/site/workstation.ts';
import { signIn } from '../../support/electron.ts';
import { eventually, type Hands, handsAt } from './hands.ts';
import { type Machine, type Running, startMachine } from './machine.ts';
import { fileIn, NAME, runPackage, writeOrganisation } from './product.ts';

export interface InstalledSite {
  readonly site: Site;
  /** Everything that is seen on both computers. */
  readonly directory: string;
  readonly organisation: string;
  /** What `npm run package` wrote. */
  readonly output: string;
  readonly deb: string;
  readonly rpm: string;
  readonly desk: Workstation;
  readonly machine: Machine;
  readonly hands: Hands;
  /** The whole environment of Alice's programs on the throw-away computer. */
  readonly environment: NodeJS.ProcessEnv;
  /** Starts the installed application. */
  start(args?: readonly string[], environment?: NodeJS.ProcessEnv): Running;
  /** Ends every process of the application, wherever it stands. */
  quit(): Promise<void>;
  /** Starts it, accepts the banner, types the PIN and waits until the audit log says that Alice is online. */
  signIn(): Promise<Running>;
  /** Bob, signed in on a test build of this computer. */
  bob(): Promise<Client>;
  /** Events of Alice's audit log. */
  events(): readonly { readonly event: string; readonly detail: Readonly<Record<string, unknown>> }[];
  stop(): Promise<void>;
}

/** What a desktop's administrator does after the package is installed: policy, machine file, enrolment; and a card service. */
function administer(machine: Machine, desk: Workstation): void {
  const source = join(desk.root, 'machine');
  machine.rootOk(`
    install -o root -g root -m 0644 ${source}/policy.bundle ${source}/machine.json /etc/sallyport/
    install -o root -g ${machine.user.gid} -m 0640 ${source}/enrolment.json /etc/sallyport/
    touch /run/pcscd/pcscd.comm
    mount --bind ${desk.environment.PCSCLITE_CSOCK_NAME} /run/pcscd/pcscd.comm`);
}

export async function startInstalledSite(): Promise<InstalledSite> {
  const ends: (() => Promise<unknown> | unknown)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const directory = mkdtempSync(join(tmpdir(), 'sallyport-package-'));
    ends.push(() => rmSync(directory, { recursive: true, force: true }));
    chmodSync(directory, 0o755);
    const display = await startDisplay();
    ends.push(() => display.stop());
    const bundle = join(ROOT, 'out', 'app-test');
    const site = await startSite({ directory: join(directory, 'site'), bundle, users: [ALICE, BOB] });
    ends.push(() => site.stop());
    const desk = await site.workstation(ALICE);
    if (desk.policy === undefined) throw new Error('a new site has a policy');
    const organisation = join(directory, 'organisation');
    const output = join(directory, 'packages');
    writeOrganisation(organisation, desk.policy.trustRootFile);
    const keys = join(desk.policy.trustRootFile, '..', 'keys', 'policy-1.key.pem');
    const made = runPackage([
      ...['--org', organisation, '--out', output, '--target', 'deb,rpm', '--compression', 'gzip'],
      ...['--development-runtime', '--sign-key', keys],
    ]);
    if (made.code !== 0) throw new Error(`npm run package ended with ${made.code}: ${made.output}`);
    const deb = fileIn(output, '.deb');
    const machine = await startMachine([directory, site.runtime, '/tmp/.X11-unix']);
    ends.push(() => machine.stop());
    const { PCSCLITE_CSOCK_NAME: _service, ...own } = desk.environment;
    const environment = { ...own, PATH: '/usr/local/bin:/usr/bin:/bin', DISPLAY: display.name };
    const hands = handsAt(display.name);
    const audit = join(String(desk.environment.XDG_CONFIG_HOME), 'Sallyport', 'audit');

    const events: InstalledSite['events'] = () => {
      try {
        return readdirSync(audit)
          .filter((name) => name.endsWith('.jsonl'))
          .flatMap((name) => readFileSync(join(audit, name), 'utf8').trim().split('\n'))
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line));
      } catch {
        return [];
      }
    };
    const start: InstalledSite['start'] = (args = [], variables = environment) =>
      machine.start(`/usr/bin/${NAME}`, args, variables);
    return {
      ...{ site, directory, organisation, output, deb, rpm: fileIn(output, '.rpm') },
      ...{ desk, machine, hands, environment, start, events, stop },
      quit: async () => {
        machine.root(`pkill -KILL -u ${machine.user.uid}`);
        await eventually(
          'the application is gone',
          () =>
            machine.root(`pgrep -u ${machine.user.uid}`).code === 1 &&
            hands.windows('Sallyport').length === 0,
        );
      },
      signIn: async () => {
        const before = events().filter(({ event }) => event === 'signin.online').length;
        const running = start();
        await hands.focus('^Sallyport$');
        await eventually('the policy is in force', () =>
          events().some(({ event }) => event === 'policy.activated'),
        );
        // The banner's button is the first thing that Tab reaches; what was shown too early to be reached is tried again.
        await eventually('the PIN window', () => {
          hands.press('Tab', 'Return');
          return hands.windows('PIN').length > 0;
        });
        await hands.focus('PIN');
        hands.type(desk.pin);
        hands.press('Return');
        await eventually(
          'Alice is online',
          () => events().filter(({ event }) => event === 'signin.online').length > before,
        );
        return running;
      },
      bob: async () => {
        const { executable } = await resolveRuntime();
        // A display of his own: on Alice's there are her windows only.
        const his = await startDisplay();
        ends.push(() => his.stop());
        const client = await launchClient({
          executable,
          app: site.app,
          runtime: site.runtime,
          display: his.name,
          workstation: await site.workstation(BOB),
        });
        ends.push(() => client.close());
        await signIn(client);
        return client;
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Installs the package and what belongs to it. */
export function install({ machine, deb, desk }: InstalledSite): void {
  machine.rootOk(`dpkg --install ${deb}`);
  administer(machine, desk);
}
