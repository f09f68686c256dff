import { describe, expect, it, vi } from 'vitest';
import { checkStart, ORDINARY_ALLOWANCE, REFUSAL_EXIT_CODES, type StartFacts } from './start-guard.ts';

const ordinary: StartFacts = {
  argv: ['/opt/sallyport/sallyport'],
  env: {
    HOME: '/home/analyst',
    PATH: '/usr/bin:/bin',
    DISPLAY: ':0',
    WAYLAND_DISPLAY: 'wayland-0',
    LANG: 'en_US.UTF-8',
    LANGUAGE: 'en',
    DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/user/1000/bus',
    XDG_RUNTIME_DIR: '/run/user/1000',
    XDG_CURRENT_DESKTOP: 'GNOME',
    GTK_MODULES: 'gail:atk-bridge',
    GTK_IM_MODULE: 'ibus',
    QT_ACCESSIBILITY: '1',
    CHROME_DESKTOP: 'sallyport.desktop',
    ELECTRON_OZONE_PLATFORM_HINT: 'auto',
    SSH_AUTH_SOCK: '/run/user/1000/keyring/ssh',
    LS_COLORS: 'x',
    LESSOPEN: '| /usr/bin/lesspipe %s',
    'ProgramFiles(x86)': 'C:\\Program Files (x86)',
  },
  uid: 1000,
  defaultApp: false,
};

const withArguments = (...args: string[]): StartFacts => ({ ...ordinary, argv: ['/opt/sallyport', ...args] });
const withVariable = (name: string, value: string): StartFacts => ({
  ...ordinary,
  env: { ...ordinary.env, [name]: value },
});

describe('checkStart', () => {
  it('lets an ordinary desktop start', () => {
    expect(checkStart(ordinary, ORDINARY_ALLOWANCE)).toBeUndefined();
    expect(checkStart({ ...ordinary, uid: undefined }, ORDINARY_ALLOWANCE)).toBeUndefined();
  });

  it('lets a desktop start it without a window', () => {
    expect(checkStart(withArguments('--hidden'), ORDINARY_ALLOWANCE)).toBeUndefined();
  });

  it.each([
    '--no-sandbox',
    '--hidden=1',
    '--HIDDEN',
    '-hidden',
    'hidden',
    '--NO-SANDBOX',
    '--disable-seccomp-filter-sandbox',
    '--remote-debugging-port=9333',
    '--remote-debugging-port=0',
    '--inspect',
    '--inspect=0',
    '--renderer-cmd-prefix=/usr/bin/env',
    '--js-flags=--expose-gc',
    '--user-data-dir=/tmp/x',
    '--sallyport-test-root=/tmp/x',
    '--x=y',
    '-x',
    '-',
    '--',
    '/x',
    '/remote-debugging-port:9333',
    '/opt/other/main.cjs',
    'file.txt',
    '.',
    '',
    'https://example.test/',
    'xmpp:alice@example.test',
    'app://chat/chat.html',
    '-psn_0_12345',
    '\u2013-no-sandbox',
    ' --no-sandbox',
  ])('refuses the argument %j', (argument) => {
    expect(checkStart(withArguments(argument), ORDINARY_ALLOWANCE)?.code).toBe('START_SWITCH_REFUSED');
  });

  it('names the switch without its value, cleaned and shortened', () => {
    expect(checkStart(withArguments('--proxy-server=secret'), ORDINARY_ALLOWANCE)?.detail).toEqual({
      switch: '--proxy-server',
    });
    const hostile = checkStart(withArguments(`--\u001b[2J\n${'x'.repeat(500)}`), ORDINARY_ALLOWANCE);
    expect(hostile?.detail?.switch).toMatch(/^[\x20-\x7e]{1,80}$/);
  });

  it('accepts the application path of a bare runtime once, and only a path', () => {
    const bare = (...args: string[]): StartFacts => ({ ...withArguments(...args), defaultApp: true });
    expect(checkStart(bare('/opt/out/app'), ORDINARY_ALLOWANCE)).toBeUndefined();
    expect(checkStart(bare('/opt/out/app', '/other'), ORDINARY_ALLOWANCE)?.code).toBe('START_SWITCH_REFUSED');
    expect(checkStart(bare('/opt/out/app', '--inspect'), ORDINARY_ALLOWANCE)?.code).toBe(
      'START_SWITCH_REFUSED',
    );
    expect(checkStart(bare('--inspect', '/opt/out/app'), ORDINARY_ALLOWANCE)?.code).toBe(
      'START_SWITCH_REFUSED',
    );
    expect(checkStart(bare('-r', '/evil.js', '/opt/out/app'), ORDINARY_ALLOWANCE)?.code).toBe(
      'START_SWITCH_REFUSED',
    );
  });

  it.each([
    ['ELECTRON_RUN_AS_NODE', '1'],
    ['ELECTRON_DISABLE_SANDBOX', '1'],
    ['ELECTRON_ENABLE_LOGGING', ''],
    ['ELECTRON_SOMETHING_NEW', '1'],
    ['ELECTRON_OZONE_PLATFORM_HINT', 'headless'],
    ['electron_run_as_node', '1'],
    ['NODE_OPTIONS', '--require /evil.js'],
    ['NODE_EXTRA_CA_CERTS', '/evil.pem'],
    ['NODE_TLS_REJECT_UNAUTHORIZED', '0'],
    ['CHROME_DEVEL_SANDBOX', '/evil'],
    ['CHROME_DESKTOP', '/evil/x.desktop'],
    ['SSLKEYLOGFILE', '/tmp/keys'],
    ['LD_PRELOAD', '/evil.so'],
    ['LD_LIBRARY_PATH', ''],
    ['LD_AUDIT', '/evil.so'],
    ['DYLD_INSERT_LIBRARIES', '/evil.dylib'],
    ['GLIBC_TUNABLES', 'x'],
    ['OPENSSL_CONF', '/evil.cnf'],
    ['OPENSSL_MODULES', '/evil'],
    ['OPENSSL_ENGINES', '/evil'],
    ['SSL_CERT_FILE', '/evil.pem'],
    ['SSL_CERT_DIR', '/evil'],
    ['OPENSC_CONF', '/evil.conf'],
    ['OPENSC_DEBUG', '9'],
    ['PKCS11_PROVIDER_MODULE', '/evil.so'],
    ['P11_KIT_CONFIG', '/evil'],
    ['PCSCLITE_CSOCK_NAME', '/evil.comm'],
    ['SECRET_BACKEND', 'file'],
    ['GTK_MODULES', '/evil.so'],
    ['GTK_MODULES', 'gail:../../evil'],
    ['GTK_PATH', '/evil'],
    ['GIO_EXTRA_MODULES', '/evil'],
    ['GCONV_PATH', '/evil'],
    ['VK_ICD_FILENAMES', '/evil'],
    ['VK_ADD_LAYER_PATH', '/evil'],
    ['MESA_LOADER_DRIVER_OVERRIDE', '../../../../tmp/evil'],
    ['LIBVA_DRIVER_NAME', '../../tmp/evil'],
    ['VDPAU_DRIVER', '../../tmp/evil'],
    ['VDPAU_DRIVER_PATH', '/evil'],
    ['GBM_BACKEND', '../../tmp/evil'],
    ['ALSA_CONFIG_PATH', '/evil.conf'],
    ['ALSA_PLUGIN_DIR', '/evil'],
    ['SPA_PLUGIN_DIR', '/evil'],
    ['PIPEWIRE_MODULE_DIR', '/evil'],
    ['LOCPATH', '/evil'],
    ['HOSTALIASES', '/evil'],
    ['RES_OPTIONS', 'use-vc'],
    ['LOCALDOMAIN', 'evil.test'],
    ['GTK_DEBUG', 'interactive'],
    ['SALLYPORT_TEST', '1'],
  ])('refuses the variable %s=%s', (name, value) => {
    const refusal = checkStart(withVariable(name, value), ORDINARY_ALLOWANCE);
    expect(refusal?.code).toBe('START_ENVIRONMENT_REFUSED');
    expect(refusal?.detail).toEqual({ variable: name });
  });

  it('does not take prototype keys for rules or variables', () => {
    expect(checkStart(withVariable('constructor', 'x'), ORDINARY_ALLOWANCE)).toBeUndefined();
    expect(checkStart(withVariable('__proto__', 'x'), ORDINARY_ALLOWANCE)).toBeUndefined();
  });

  it('refuses root before anything else', () => {
    expect(checkStart({ ...withArguments('--x'), uid: 0 }, ORDINARY_ALLOWANCE)?.code).toBe('START_AS_ROOT');
  });

  it('gives each refusal an exit code of its own that is no success', () => {
    const codes = Object.values(REFUSAL_EXIT_CODES);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.every((code) => code > 0 && code < 126)).toBe(true);
  });
});

describe('what a build accepts besides', () => {
  async function load(testBuild: boolean) {
    vi.resetModules();
    vi.stubGlobal('__TEST_BUILD__', testBuild);
    try {
      return await import('./test-build.ts');
    } finally {
      vi.unstubAllGlobals();
    }
  }

  it('is nothing in production', async () => {
    const production = await load(false);
    expect(production.startAllowance).toEqual(ORDINARY_ALLOWANCE);
    expect(production.passedToToken).toEqual([]);
  });

  it('is exactly what the test driver adds in a test build', async () => {
    const { startAllowance } = await load(true);
    const playwright = ['--inspect=0', '--remote-debugging-port=0', '--sallyport-test-root=/tmp/site'];
    expect(checkStart(withArguments(...playwright), startAllowance)).toBeUndefined();
    expect(checkStart(withVariable('PCSCLITE_CSOCK_NAME', '/tmp/x'), startAllowance)).toBeUndefined();
    for (const refused of [
      '--inspect=9229',
      '--inspect',
      '--remote-debugging-port=9333',
      '--sallyport-test-root',
      '--sallyport-test-root=',
      '--no-sandbox',
    ])
      expect(checkStart(withArguments(refused), startAllowance)?.code).toBe('START_SWITCH_REFUSED');
    expect(checkStart(withVariable('LD_PRELOAD', '/x'), startAllowance)?.code).toBe(
      'START_ENVIRONMENT_REFUSED',
    );
  });
});
