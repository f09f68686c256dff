/**
 * The real application without a site: what it refuses at start, what its pages cannot do, and what it shows when there
 * is no policy, no keychain or no log. The production bundle is started without Playwright, the test build with it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { asUser, makeUserDirectory } from '../../build/lib/ordinary-user.ts';
import { startKeychain } from '../../build/site/keychain.ts';
import { checkAuditText } from '../../src/audit/index.ts';
import { setUpBareComputer, user } from '../support/bare-computer.ts';

const computer = setUpBareComputer();

describe('the start of the production build', () => {
  it.each([
    ['--remote-debugging-port=0'],
    ['--remote-debugging-pipe'],
    ['--inspect=0'],
    ['--js-flags=--expose-gc'],
    ['--disable-web-security'],
    ['--proxy-server=127.0.0.1:1'],
    ['--user-data-dir=/tmp/elsewhere'],
    ['--sallyport-test-root=/tmp/elsewhere'],
    ['xmpp:someone@example.test'],
  ])('is refused with %s', async (argument) => {
    const { code, output } = await computer.startProduction([argument]);
    expect(output).toContain('START_SWITCH_REFUSED');
    expect(output).not.toContain('DevTools listening');
    expect(code).toBe(64);
  });

  it.each([
    ['ELECTRON_ENABLE_LOGGING', '1'],
    ['NODE_OPTIONS', '--no-warnings'],
    ['SSLKEYLOGFILE', '/tmp/keys'],
    ['OPENSSL_CONF', '/tmp/openssl.cnf'],
    ['PCSCLITE_CSOCK_NAME', '/tmp/pcscd.comm'],
  ])('is refused with the variable %s', async (name, value) => {
    const { code, output } = await computer.startProduction([], { [name]: value });
    expect(output).toContain(`START_ENVIRONMENT_REFUSED`);
    expect(output).toContain(name);
    expect(code).toBe(78);
  });

  it('ends in the locked screen without a policy, and a second start ends at once', async () => {
    const line = asUser(user, computer.executable, [computer.production]);
    const first = spawn(line.command, line.args, { env: computer.environment, stdio: 'ignore' });
    const log = join(computer.directory, 'home', '.config', 'Sallyport', 'audit', 'audit.jsonl');
    const refused = () =>
      existsSync(log) &&
      checkAuditText(readFileSync(log, 'utf8')).lines.some((each) => each.event === 'policy.refused');
    await expect.poll(refused, { timeout: 15_000 }).toBe(true);
    const { code } = await computer.startProduction([]);
    expect(code).toBe(0);
    expect(first.exitCode).toBeNull();
    first.kill('SIGTERM');
    const [ended] = (await once(first, 'exit')) as [number | null];
    expect(ended).toBe(0);
    const { lines, brokenAt } = checkAuditText(readFileSync(log, 'utf8'));
    expect(brokenAt).toBeUndefined();
    expect(lines.map((each) => each.event)).toEqual(['app.started', 'policy.refused']);
    expect(lines[1]?.detail.code).toBe('ABSENT');
  });
});

const shown = (page: Page): Promise<unknown> =>
  page.evaluate(() =>
    (window as unknown as { sallyport: { getState(): Promise<unknown> } }).sallyport.getState(),
  );

describe('a computer that is not set up', () => {
  it('is locked without a policy: no session process, no token process', async () => {
    const { application, page } = await computer.launch();
    expect(await shown(page)).toMatchObject({ kind: 'locked', error: { code: 'ABSENT' }, bundleSha256: '' });
    await page.getByText('ABSENT', { exact: true }).waitFor();
    const processes = await application.evaluate(({ app }) =>
      app.getAppMetrics().map(({ type, name, serviceName }) => ({ type, name, serviceName })),
    );
    expect(JSON.stringify(processes)).not.toContain('sallyport');
    await page.evaluate(async () => {
      const bridge = (window as unknown as { sallyport: Record<string, () => Promise<void>> }).sallyport;
      for (const name of ['acceptConsent', 'signIn', 'signOut']) await bridge[name]?.();
    });
    expect(application.windows()).toHaveLength(1);
  });

  it('is locked without a keychain, and stores its keys nowhere else', async () => {
    const bare = await startKeychain({
      home: makeUserDirectory(user, join(computer.directory, 'bare-home')),
      runtime: makeUserDirectory(user, join(computer.directory, 'bare-run')),
      keytar: join(computer.testBuild, 'node_modules', 'keytar'),
      available: false,
    });
    try {
      const { page, root } = await computer.launch(undefined, bare.environment);
      await expect
        .poll(() => shown(page), { timeout: 30_000 })
        .toMatchObject({
          kind: 'locked',
          error: { code: 'KEYCHAIN_UNAVAILABLE' },
        });
      expect(existsSync(join(root, 'user-data', 'policy-state.json'))).toBe(false);
    } finally {
      await bare.stop();
    }
  });

  it('is locked without a log', async () => {
    const { page } = await computer.launch((root) => {
      const data = makeUserDirectory(user, join(root, 'user-data'));
      writeFileSync(join(data, 'audit'), 'in the way');
    });
    expect(await shown(page)).toMatchObject({ kind: 'locked', error: { code: 'AUDIT_UNAVAILABLE' } });
  });
});

describe('a page', () => {
  it('has the bridge of the contract and nothing else', async () => {
    const { page } = await computer.launch();
    const seen = await page.evaluate(() => ({
      bridge: Object.keys((window as unknown as { sallyport: object }).sallyport).sort(),
      require: typeof Reflect.get(window, 'require'),
      process: typeof Reflect.get(window, 'process'),
      pin: typeof Reflect.get(window, 'sallyportPin'),
      electron: typeof Reflect.get(window, 'electron'),
    }));
    expect(seen).toEqual({
      bridge: [
        'acceptConsent',
        'changePassword',
        'chooseCertificate',
        'choosePassword',
        'command',
        'connectChat',
        'exportMessages',
        'exportPolicy',
        'getPolicyPage',
        'getPreferences',
        'getState',
        'look',
        'onState',
        'openLink',
        'quit',
        'setPreferences',
        'signIn',
        'signOut',
        'tearOff',
      ],
      require: 'undefined',
      process: 'undefined',
      pin: 'undefined',
      electron: 'undefined',
    });
  });

  it('cannot run, style, load, send or open anything of its own', async () => {
    const { page, application } = await computer.launch();
    // What the content security policy stops is announced as a request, but never answered.
    const answered: string[] = [];
    page.on('response', (response) => answered.push(response.url()));
    const result = await page.evaluate(async () => {
      // In a timer, because what the debugger itself evaluates may use eval.
      const attempt = (work: () => unknown): Promise<string> =>
        new Promise((resolve) => {
          setTimeout(async () => {
            try {
              resolve(`did: ${String(await work())}`);
            } catch (error) {
              resolve(error instanceof Error ? error.name : 'refused');
            }
          });
        });
      const element = document.createElement('div');
      const script = document.createElement('script');
      const style = document.createElement('style');
      style.textContent = 'body { outline: 7px solid red }';
      document.head.append(style);
      const frame = document.createElement('iframe');
      frame.src = 'https://example.test/';
      document.body.append(frame);
      return {
        eval: await attempt(() => (Reflect.get(globalThis, 'eval') as (text: string) => unknown)('1')),
        function: await attempt(() => Reflect.construct(Function, ['return 1'])()),
        html: await attempt(() => {
          element.innerHTML = '<b>x</b>';
          return element.innerHTML;
        }),
        script: await attempt(() => {
          script.text = 'window.ran = true';
          document.body.append(script);
          return Reflect.get(window, 'ran');
        }),
        policy: await attempt(() =>
          (
            Reflect.get(window, 'trustedTypes') as { createPolicy(name: string, rules: object): unknown }
          ).createPolicy('p', {}),
        ),
        style: getComputedStyle(document.body).outlineWidth === '7px',
        fetch: await attempt(() => fetch('https://example.test/')),
        ownFetch: await attempt(() => fetch('app://chat/chat.html')),
        socket: await attempt(
          () =>
            new Promise((resolve, reject) => {
              const socket = new WebSocket('ws://127.0.0.1:9/');
              socket.onopen = () => resolve('open');
              socket.onerror = () => reject(new Error('refused'));
            }),
        ),
        worker: await attempt(
          () =>
            new Promise((resolve, reject) => {
              const worker = new Worker('chat.js');
              worker.onmessage = () => resolve('ran');
              worker.onerror = () => reject(new Error('refused'));
            }),
        ),
        image: await attempt(
          () =>
            new Promise((resolve, reject) => {
              const image = new Image();
              image.onload = () => resolve('loaded');
              image.onerror = () => reject(new Error('refused'));
              image.src = 'https://example.test/x.png';
            }),
        ),
        open: String(window.open('https://example.test/')),
        openOwn: String(window.open('app://chat/chat.html')),
      };
    });
    expect(result).toEqual({
      eval: 'EvalError',
      function: 'EvalError',
      html: 'TypeError',
      script: 'TypeError',
      policy: 'TypeError',
      style: false,
      fetch: 'TypeError',
      ownFetch: 'TypeError',
      socket: expect.not.stringContaining('did'),
      worker: expect.not.stringContaining('did'),
      image: expect.not.stringContaining('did'),
      open: 'null',
      openOwn: 'null',
    });
    await page.evaluate(() => {
      window.location.href = 'https://example.test/';
    });
    await page.evaluate(() => {
      window.location.href = 'app://chat/pin.html';
    });
    await page.evaluate(() => {
      const form = document.createElement('form');
      form.action = 'https://example.test/';
      document.body.append(form);
      form.submit();
    });
    await page.waitForTimeout(300);
    expect(page.url()).toBe('app://chat/chat.html');
    expect(application.windows()).toHaveLength(1);
    expect(answered.filter((url) => !url.startsWith('app://chat/'))).toEqual([]);
  });

  it('gets no permission and sees no device', async () => {
    const { page } = await computer.launch();
    const result = await page.evaluate(async () => {
      const query = async (name: string): Promise<string> => {
        try {
          return (await navigator.permissions.query({ name: name as PermissionName })).state;
        } catch {
          return 'denied';
        }
      };
      const names = [
        'geolocation',
        'notifications',
        'camera',
        'microphone',
        'midi',
        'clipboard-read',
        'persistent-storage',
      ];
      const media = navigator.mediaDevices?.getUserMedia({ audio: true });
      return {
        states: await Promise.all(names.map(query)),
        media: await (media ?? Promise.reject()).then(
          () => 'granted',
          () => 'denied',
        ),
        notification: await Notification.requestPermission(),
      };
    });
    expect(new Set(result.states)).toEqual(new Set(['denied']));
    expect(result).toMatchObject({ media: 'denied', notification: 'denied' });
  });

  it('is refused what is not in the contract, and that is audited', async () => {
    const { page, root } = await computer.launch();
    const answers = await page.evaluate(async () => {
      const bridge = (window as unknown as { sallyport: { chooseCertificate(id: unknown): Promise<void> } })
        .sallyport;
      const results: string[] = [];
      for (const id of ['', 'x'.repeat(10_000), 7, null, { id: 'a' }])
        results.push(
          await bridge.chooseCertificate(id).then(
            () => 'taken',
            (error: Error) => error.message,
          ),
        );
      return results;
    });
    for (const answer of answers) expect(answer).toContain('IPC_REFUSED');
    const log = checkAuditText(readFileSync(join(root, 'user-data', 'audit', 'audit.jsonl'), 'utf8'));
    expect(log.lines.filter((line) => line.event === 'ipc.refused')).toHaveLength(5);
  });

  it('runs in the sandbox', async () => {
    const { application } = await computer.launch();
    const pids = await application.evaluate(({ app }) =>
      app
        .getAppMetrics()
        .filter(({ type }) => type === 'Tab')
        .map(({ pid }) => pid),
    );
    expect(pids.length).toBeGreaterThan(0);
    for (const pid of pids) {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      expect(/^Seccomp:\s+(\d)/m.exec(status)?.[1]).toBe('2');
      expect(/^NoNewPrivs:\s+(\d)/m.exec(status)?.[1]).toBe('1');
    }
  });

  it('carries the headers on every response', async () => {
    const { page } = await computer.launch();
    const responses: Promise<Record<string, string>>[] = [];
    page.on('response', (response) => responses.push(response.allHeaders()));
    await page.reload();
    expect(responses.length).toBeGreaterThanOrEqual(2);
    for (const headers of await Promise.all(responses)) {
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });
});
