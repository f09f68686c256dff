/**
 * The main process, top to bottom: judge the start, take away everything that is not needed, serve the pages, run.
 */
import { join } from 'node:path';
import { app, session } from 'electron';
import { keepHeapSmall } from '../platform/heap.ts';
import { toErrorReport } from '../shared/errors.ts';
import type { WindowKind } from '../shared/ipc-contract.ts';
import { Application } from './app/application.ts';
import { installMenu } from './app/menu.ts';
import { type AppPaths, appPaths } from './app/paths.ts';
import { refuseToStart } from './app/refuse.ts';
import { listRendererFiles, registerAppScheme, serveApp } from './security/app-protocol.ts';
import { restrictChromium } from './security/chromium-switches.ts';
import { lockAllContents } from './security/contents-lockdown.ts';
import { lockSession } from './security/session-lockdown.ts';
import { checkStart, HIDDEN_SWITCH } from './security/start-guard.ts';
import { startAllowance, testRoot } from './security/test-build.ts';
import { partitionOf } from './security/web-preferences.ts';

/** Exit code of a program that could not go on (sysexits: EX_SOFTWARE). */
const FAILED = 70;

/** Frames of a stack that are written to standard error. */
const MAX_FRAMES = 12;

let application: Application | undefined;

process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
start();

/**
 * After an error that nobody caught nothing is known about the state of anything: the program ends, and with it both
 * processes. Only where it happened is written, not the message, which may hold anything.
 */
function fail(error: unknown): void {
  const { code } = toErrorReport(error);
  const frames =
    error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  try {
    process.stderr.write(`${[`sallyport: ${code}`, ...frames.slice(0, MAX_FRAMES)].join('\n')}\n`);
    application?.fail(code);
  } finally {
    app.exit(FAILED);
  }
}

function start(): void {
  const refusal = checkStart(
    {
      argv: process.argv,
      env: process.env,
      uid: process.getuid?.(),
      defaultApp: process.defaultApp === true,
    },
    startAllowance,
  );
  if (refusal !== undefined) {
    refuseToStart(app, refusal);
    return;
  }
  const paths = locate();
  app.setPath('userData', paths.userData);
  if (!app.requestSingleInstanceLock()) {
    app.exit(0);
    return;
  }
  restrict();
  app
    .whenReady()
    .then(() => {
      installMenu();
      application = new Application({
        paths,
        servePages: pageServer(paths),
        build: { version: __APP_VERSION__, testBuild: __TEST_BUILD__ },
        buildTime: __BUILD_TIME__,
        hidden: process.argv.includes(HIDDEN_SWITCH),
      });
      application.run();
      keepHeapSmall();
    })
    .catch(fail);
}

function locate(): AppPaths {
  return appPaths({
    platform: process.platform,
    programData: process.env.ProgramData,
    appData: app.getPath('appData'),
    bundleDirectory: __dirname,
    uid: process.getuid?.(),
    testRoot: testRoot(process.argv),
  });
}

/** Before the app is ready: nothing that is made later escapes these. */
function restrict(): void {
  app.enableSandbox();
  restrictChromium(app);
  registerAppScheme();
  app.on('session-created', (created) => lockSession(created));
  lockAllContents(app);
}

/**
 * Each kind of window has its pages in a partition of its own; the default session serves nobody. A partition takes memory here and in
 * the network process, and there may never be a second kind of window: it is made with the first window of its kind.
 */
function pageServer({ bundleDirectory }: AppPaths): (kind: WindowKind) => void {
  const table = listRendererFiles(join(bundleDirectory, 'renderer'));
  lockSession(session.defaultSession);
  const served = new Set<WindowKind>();
  return (kind) => {
    if (served.has(kind)) return;
    served.add(kind);
    const partition = session.fromPartition(partitionOf(kind), { cache: false });
    lockSession(partition, kind);
    serveApp(partition, kind, table);
  };
}
