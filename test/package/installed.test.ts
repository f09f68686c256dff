import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../build/demo/driver/client.ts';
import { fuseWire } from './support/binaries.ts';
import { eventually } from './support/hands.ts';
import { type InstalledSite, install, startInstalledSite } from './support/installed-site.ts';
import type { Running } from './support/machine.ts';
import {
  allLinks,
  connectionCounts,
  listeningPorts,
  packetsThatLeft,
  watchConnections,
} from './support/network.ts';
import { NAME, TREE } from './support/product.ts';
import { type Inventory, leftBehind, repacked, takeInventory } from './support/traces.ts';

const CANARY = 'heron-seven-lantern';
const ANSWER = 'kestrel-nine-harbour';

let here: InstalledSite;
let before: Inventory;

beforeAll(async () => {
  expect(allLinks()).toEqual(['lo', 'nowhere0', 'nowhere1']);
  here = await startInstalledSite();
  before = takeInventory(here.machine);
  install(here);
}, 400_000);

afterAll(async () => {
  await here?.stop();
}, 60_000);

describe('what is installed', () => {
  it('is a tree that belongs to root and that nobody else can write (26)', () => {
    const wrong = here.machine.rootOk(
      `find ${TREE} /etc/sallyport ! -name enrolment.json \\( ! -user root -o ! -group root -o \\( ! -type l -perm /022 \\) \\) -print`,
    );
    expect(wrong).toBe('');
    expect(here.machine.rootOk('stat -c "%a %U:%G" /etc/sallyport')).toBe('755 root:root\n');
  });

  it('has exactly one setuid program, the sandbox (26)', () => {
    const special = here.machine.rootOk(`find ${TREE} -perm /7000 -printf '%P %m %u:%g\\n'`);
    expect(special).toBe('chrome-sandbox 4755 root:root\n');
  });

  it('is what dpkg installed, and a changed byte of app.asar is reported (20)', () => {
    expect(here.machine.rootOk(`dpkg --verify ${NAME}`)).toBe('');
    const asar = `${TREE}/resources/app.asar`;
    here.machine.rootOk(
      `cp -p ${asar} /var/tmp/kept && printf X | dd of=${asar} bs=1 seek=500000 conv=notrunc status=none`,
    );
    expect(here.machine.root(`dpkg --verify ${NAME}`).output).toContain(asar);
    here.machine.rootOk(`cp -p /var/tmp/kept ${asar} && rm /var/tmp/kept`);
    expect(here.machine.rootOk(`dpkg --verify ${NAME}`)).toBe('');
  });

  it('has the fuses, and the archive that the provenance names (16, 25)', () => {
    const executable = join(here.directory, 'executable');
    here.machine.rootOk(`cp ${TREE}/${NAME} ${executable}`);
    const wire = fuseWire(executable);
    expect(wire.length).toBeGreaterThanOrEqual(8);
    expect(wire).toBe('010011001'.slice(0, wire.length));
    rmSync(executable);
    const { subject } = JSON.parse(readFileSync(join(here.output, 'provenance.json'), 'utf8'));
    const [sum] = here.machine.rootOk(`sha256sum ${TREE}/resources/app.asar`).split(' ');
    expect(subject).toContainEqual({ name: 'app.asar', digest: { sha256: sum } });
  });

  it('has the menu entry, icons and manual pages that the system takes', () => {
    const entry = `/usr/share/applications/${NAME}.desktop`;
    here.machine.rootOk(`desktop-file-validate ${entry}`);
    expect(here.machine.rootOk(`grep ^Exec= ${entry}`)).toBe(`Exec=${TREE}/${NAME}\n`);
    here.machine.rootOk(`test -f /usr/share/icons/hicolor/256x256/apps/${NAME}.png`);
    for (const page of [NAME, 'sallyport-policy', 'sallyport-doctor', 'sallyport-audit'])
      expect(
        here.machine.rootOk(`zcat /usr/share/man/man1/${page}.1.gz | mandoc -T lint -W warning 2>&1 || true`),
        page,
      ).toBe('');
  });

  it('brings the command lines', () => {
    for (const command of ['sallyport-policy', 'sallyport-doctor', 'sallyport-audit'])
      expect(here.machine.rootOk(`${command} --help`)).toContain(`Usage: ${command}`);
    expect(here.machine.root('PATH=/usr/bin:/bin; rm -f /usr/bin/node; sallyport-policy --help').code).toBe(
      69,
    );
  });

  it('says everywhere that this is the development runtime', () => {
    expect(here.machine.rootOk(`cat ${TREE}/DEVELOPMENT-ONLY.txt`)).toContain('Never ship it');
    expect(here.machine.rootOk(`grep ^Name= /usr/share/applications/${NAME}.desktop`)).toContain(
      'DEVELOPMENT',
    );
  });
});

describe('starts that are refused (17)', () => {
  const SWITCHES = [
    '--no-sandbox',
    '--NO-SANDBOX',
    '--disable-seccomp-filter-sandbox',
    '--remote-debugging-port=9333',
    '--remote-debugging-pipe',
    '--inspect=9334',
    '--inspect-brk=9335',
    '--js-flags=--expose-gc',
    '--user-data-dir=/var/tmp/elsewhere',
    '--ignore-certificate-errors',
    '--proxy-server=127.0.0.1:1',
    '--load-extension=/tmp',
    '--single-process',
    '--in-process-gpu',
    '--disable-web-security',
    '--sallyport-test-root=/tmp',
    '-x',
    '--',
    'file:///etc/passwd',
    'notes.txt',
  ];
  const VARIABLES = {
    ELECTRON_DISABLE_SANDBOX: '1',
    ELECTRON_RUN_AS_NODE: '1',
    ELECTRON_ENABLE_LOGGING: '1',
    LD_LIBRARY_PATH: '/tmp',
    SSLKEYLOGFILE: '/var/tmp/keys.log',
    OPENSSL_CONF: '/tmp/openssl.cnf',
    PCSCLITE_CSOCK_NAME: '/tmp/socket',
    CHROME_LOG_FILE: '/tmp/log',
    SALLYPORT_TEST_ROOT: '/tmp',
  };

  /** Starts and waits for the end; meanwhile there is no window and no port. */
  async function refused(running: Running): Promise<number> {
    const ports = listeningPorts();
    const code = await Promise.race([running.ended, sleep(20_000).then(() => -1)]);
    expect(listeningPorts()).toEqual(ports);
    expect(here.hands.windows('Sallyport')).toEqual([]);
    return code;
  }

  it.each(SWITCHES)('%s', async (argument) => {
    const running = here.start([argument]);
    expect(await refused(running)).toBe(64);
    expect(running.output()).toContain('START_SWITCH_REFUSED');
  });

  it.each(Object.entries(VARIABLES))('%s', async (name, value) => {
    const running = here.start([], { ...here.environment, [name]: value });
    expect(await refused(running)).toBe(78);
    expect(running.output()).toContain('START_ENVIRONMENT_REFUSED');
  });

  it('as root', () => {
    const { code, output } = here.machine.root(`DISPLAY=${here.environment.DISPLAY} timeout 20 ${NAME}`);
    expect(code).not.toBe(0);
    expect(output).toMatch(/START_AS_ROOT|without --no-sandbox/);
  });

  it('and nothing was written anywhere', () => {
    expect(here.events()).toEqual([]);
    // Chromium makes the directory of --user-data-dir before our first line; it stays empty.
    expect(here.machine.rootOk('find /var/tmp -type f')).toBe('');
  });
});

describe('a computer without a keychain (22)', () => {
  it('stores no key, opens no policy and says why', async () => {
    const home = '/var/tmp/no-keychain';
    here.machine.rootOk(`install -d -o ${here.machine.user.uid} -g ${here.machine.user.gid} -m 0700 ${home}`);
    const { DBUS_SESSION_BUS_ADDRESS: _bus, XDG_RUNTIME_DIR: _runtime, ...rest } = here.environment;
    const variables = {
      ...rest,
      HOME: home,
      XDG_CONFIG_HOME: `${home}/.config`,
      XDG_DATA_HOME: `${home}/.local/share`,
      XDG_CACHE_HOME: `${home}/.cache`,
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${home}/bus`,
    };
    const running = here.start([], variables);
    const log = `${home}/.config/Sallyport/audit/audit.jsonl`;
    await eventually(
      'the refusal in the audit log',
      () =>
        here.machine.root(`grep -q KEYCHAIN_UNAVAILABLE ${log} || grep -rq KEYCHAIN_UNAVAILABLE ${home}`)
          .code === 0,
    );
    expect(here.machine.root(`test -e ${home}/.config/Sallyport/policy-state.json`).code).toBe(1);
    expect(here.machine.rootOk(`cat ${log}`)).not.toContain('policy.activated');
    expect(running.child.exitCode).toBeNull();
    await here.quit();
    here.machine.rootOk(`rm -rf ${home}`);
  });
});

describe('variables that the fuses take away (19)', () => {
  it('NODE_OPTIONS and NODE_EXTRA_CA_CERTS are gone before the first line runs', async () => {
    const mark = '/var/tmp/required';
    here.machine.rootOk(
      `echo 'require("node:fs").writeFileSync("${mark}", "")' > /var/tmp/evil.js; chmod 644 /var/tmp/evil.js`,
    );
    here.start([], {
      ...here.environment,
      NODE_OPTIONS: '--require=/var/tmp/evil.js --inspect=9336',
      NODE_EXTRA_CA_CERTS: '/var/tmp/evil.pem',
    });
    const ports = listeningPorts();
    await eventually('the policy is in force', () =>
      here.events().some(({ event }) => event === 'policy.activated'),
    );
    expect(here.machine.root(`test -e ${mark}`).code).toBe(1);
    expect(listeningPorts()).toEqual(ports);
    await here.quit();
  });
});

/** The processes of the application by Chromium's type, as the throw-away computer counts them. */
function processes(): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  const lines = here.machine.rootOk(`ps -u ${here.machine.user.uid} -o pid=,args=`).trim().split('\n');
  for (const line of lines) {
    const [, pid = '', command = ''] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    if (!command.includes('sallyport') && !command.startsWith('/proc/self/exe')) continue;
    const type = /--type=([a-z-]+)/.exec(command)?.[1] ?? 'main';
    found.set(type, [...(found.get(type) ?? []), Number(pid)]);
  }
  return found;
}

describe('an analyst at work', () => {
  let bob: Client;
  let ports: readonly number[];

  it('signs in to the demo site with card and PIN', async () => {
    bob = await here.bob();
    watchConnections(here.machine.user.uid, here.site.server.port);
    ports = listeningPorts();
    await here.signIn();
    expect(here.events().find(({ event }) => event === 'app.started')?.detail).toMatchObject({
      testBuild: false,
    });
  });

  it('writes to Bob, who answers', async () => {
    await here.hands.focus('Sallyport');
    here.hands.press('ctrl+k');
    here.hands.type('Bob');
    here.hands.press('Return');
    await sleep(500);
    here.hands.type(CANARY);
    here.hands.press('Return');
    await bob.chat.open('Alice Allen');
    await bob.chat.message(CANARY).waitFor();
    await bob.chat.send('Alice Allen', ANSWER);
    await bob.chat.delivery(ANSWER, 'Delivered');
  });

  it('has every renderer in the sandbox: seccomp, no new privileges, namespaces (18)', () => {
    const renderers = processes().get('renderer') ?? [];
    expect(renderers.length).toBeGreaterThan(0);
    for (const pid of renderers) {
      const status = here.machine.rootOk(`cat /proc/${pid}/status`);
      expect(status).toMatch(/^Seccomp:\s+2$/m);
      expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
      expect(status).toMatch(/^CapEff:\s+0+$/m);
      // This computer's number, the sandbox's, the renderer's own.
      expect(/^NSpid:\s+(.*)$/m.exec(status)?.[1]?.split(/\s+/)).toHaveLength(3);
    }
  });

  it('opens no port, and no debugger on SIGUSR1 (19)', async () => {
    expect(listeningPorts()).toEqual(ports);
    const [main] = processes().get('main') ?? [];
    here.machine.rootOk(`kill -USR1 ${main}`);
    await sleep(1000);
    expect(listeningPorts()).toEqual(ports);
    // The signal has nobody who handles it, so it ends the program.
    await eventually('the application is gone', () => here.hands.windows('Sallyport').length === 0);
    await here.quit();
  });

  it('comes back, and a second instance ends and brings nothing (21)', async () => {
    await here.signIn();
    const windows = here.hands.windows('Sallyport');
    expect(await here.start().ended).toBe(0);
    const second = here.start(['--js-flags=--expose-gc', 'https://example.com/']);
    expect(await second.ended).toBe(64);
    expect(here.hands.windows('Sallyport')).toEqual(windows);
  });

  it('leaves neither PIN nor message on the disk (23)', async () => {
    await here.quit();
    const { desk, machine, environment } = here;
    const secrets = [desk.pin, CANARY, ANSWER].flatMap((text) => [
      Buffer.from(text, 'utf8').toString('hex'),
      Buffer.from(text, 'utf16le').toString('hex'),
    ]);
    const files = machine
      .rootOk(
        `find ${environment.HOME} /tmp /var/tmp /dev/shm /var/log -xdev -type f -size -64M -newer /etc/sallyport/machine.json`,
      )
      .trim()
      .split('\n');
    expect(files.some((file) => file.endsWith('audit.jsonl'))).toBe(true);
    for (const file of files) {
      const hex = machine.rootOk(`od -An -v -tx1 '${file}' | tr -d ' \n'`);
      for (const secret of secrets) expect(hex.includes(secret), file).toBe(false);
    }
  });

  it('spoke to the approved server and to nobody else (24)', () => {
    expect(packetsThatLeft()).toBe(0);
    expect(connectionCounts()).toEqual({ elsewhere: 0, server: expect.any(Number) });
    expect(connectionCounts().server).toBeGreaterThan(0);
  });
});

describe('upgrade and removal', () => {
  it('refuses an older version and leaves the installed one as it is', () => {
    const { code, output } = here.machine.root(`dpkg --install ${repacked(here, '0.0.9')}`);
    expect(code).not.toBe(0);
    expect(output).toContain('older than the installed one');
    expect(here.machine.rootOk(`dpkg-query -W -f '\${Version} \${Status}' ${NAME}`)).toBe(
      '0.1.0 install ok installed',
    );
    expect(here.machine.rootOk(`dpkg --verify ${NAME}`)).toBe('');
  });

  it('takes a newer one and keeps policy, enrolment and what users have', () => {
    const kept = `cat /etc/sallyport/* | sha256sum; find ${here.environment.XDG_CONFIG_HOME}/Sallyport -type f -printf '%P %s\\n' | sort`;
    here.machine.rootOk('install -m 0644 /etc/sallyport/machine.json /etc/sallyport/update.manifest');
    // Debian 12's parser does not know the profile's rule; this one takes everything and writes down what it was asked.
    here.machine.rootOk(`mkdir -p /etc/apparmor.d && printf '#!/bin/sh\necho "$@" >> /var/tmp/parsed\n' > /usr/sbin/apparmor_parser
      chmod 755 /usr/sbin/apparmor_parser`);
    const state = here.machine.rootOk(kept);
    here.machine.rootOk(`dpkg --install ${repacked(here, '0.1.1')}`);
    expect(here.machine.rootOk(kept)).toBe(state);
    const profile = `/etc/apparmor.d/${NAME}`;
    expect(here.machine.rootOk(`stat -c '%a %U:%G' ${profile}`)).toBe('644 root:root\n');
    expect(here.machine.rootOk(`cat ${profile}`)).toContain(
      `profile ${NAME} ${TREE}/${NAME} flags=(unconfined)`,
    );
    expect(here.machine.rootOk(`cat ${profile}`)).toMatch(/^ {2}userns,$/m);
    expect(here.machine.rootOk('cat /var/tmp/parsed')).toContain(`${TREE}/resources/apparmor-profile`);
    expect(here.machine.rootOk(`stat -c '%a %U' ${TREE}/chrome-sandbox`)).toBe('4755 root\n');
  });

  it('keeps the policy when it is removed, and nothing else', () => {
    here.machine.rootOk(`dpkg --remove ${NAME}`);
    expect(here.machine.rootOk('ls /etc/sallyport').split('\n').filter(Boolean)).toEqual([
      'enrolment.json',
      'machine.json',
      'policy.bundle',
      'update.manifest',
    ]);
    here.machine.rootOk(
      `rm -r /usr/sbin/apparmor_parser /var/tmp/parsed; rmdir /etc/apparmor.d 2>/dev/null || true; test ! -e ${TREE} && test ! -e /etc/apparmor.d/${NAME} && test ! -e /usr/bin/${NAME}`,
    );
  });

  it('leaves no trace when it is purged', () => {
    here.machine.rootOk(`dpkg --purge ${NAME}`);
    expect(leftBehind(here.machine, before)).toEqual([]);
    expect(here.machine.root(`dpkg-query -W ${NAME}`).code).toBe(1);
  });

  it('does the same as an RPM', () => {
    const rpm = 'rpm --dbpath /var/tmp/rpm';
    const dump = here.machine.rootOk(`rpm -qp --dump ${here.rpm}`);
    expect(dump).toContain(`${TREE}/chrome-sandbox`);
    for (const line of dump.trim().split('\n')) {
      const [path = '', , , , mode = '', owner, group] = line.split(' ');
      expect([owner, group], path).toEqual(['root', 'root']);
      if (!mode.startsWith('012')) expect(Number.parseInt(mode, 8) & 0o022, path).toBe(0);
    }
    here.machine.rootOk(`${rpm} --initdb && ${rpm} --install --nodeps ${here.rpm}`);
    expect(here.machine.rootOk(`stat -c '%a %U:%G' ${TREE}/chrome-sandbox`)).toBe('4755 root:root\n');
    expect(here.machine.rootOk(`${rpm} --verify --nodeps ${NAME} || true`)).toBe('');
    here.machine.rootOk(`${rpm} --erase ${NAME} && rm -rf /var/tmp/rpm`);
    expect(leftBehind(here.machine, before)).toEqual([]);
  });
});
