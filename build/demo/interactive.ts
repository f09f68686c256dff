/** The demo for a person: both clients on the screen, and a prompt to pull and insert cards. */
import { chownSync, copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { asUser, ordinaryUser } from '../lib/ordinary-user.ts';
import { progress, SetupError } from '../lib/progress.mjs';
import type { Runtime } from '../runtime.mjs';
import { ALICE, BOB } from '../site/analysts.ts';
import type { Site } from '../site/site.ts';
import { type Program, startProgram } from '../site/virtual-card/program.ts';
import type { Workstation } from '../site/workstation.ts';
import type { DemoConsole } from './console.ts';

const HELP = `
  pull alice | pull bob        takes the card out of the reader
  insert alice | insert bob    puts it back
  start alice | start bob      starts a client again after it was closed
  restart server               restarts the XMPP server
  console NAME                 opens the administrators’ console with NAME’s card
  help, quit                   Ctrl-C quits, too
`;

/** @throws SetupError where a person would not see the windows. */
export function requireDisplay(): void {
  if (!process.env.DISPLAY)
    throw new SetupError(
      'There is no X display here (DISPLAY is not set). On a machine without a screen, run: npm start -- --headless',
    );
}

/** The person's display, usable by the ordinary user that the clients run as. */
function displayEnvironment(runtime: string): NodeJS.ProcessEnv {
  const { DISPLAY, XAUTHORITY, HOME } = process.env;
  const authority = XAUTHORITY ?? join(HOME ?? '/', '.Xauthority');
  if (!existsSync(authority)) return { DISPLAY };
  const user = ordinaryUser();
  if (!user.dropped) return { DISPLAY, XAUTHORITY: authority };
  const copy = join(runtime, 'xauthority');
  copyFileSync(authority, copy);
  chownSync(copy, user.uid, user.gid);
  return { DISPLAY, XAUTHORITY: copy };
}

/** A client without Playwright, as a person starts it. */
function startClient(site: Site, runtime: Runtime, workstation: Workstation): Program {
  const line = asUser(ordinaryUser(), runtime.executable, [
    site.app,
    `--sallyport-test-root=${workstation.root}`,
  ]);
  return startProgram(line.command, line.args, {
    ...workstation.environment,
    ...displayEnvironment(site.runtime),
  });
}

function introduce(site: Site, desks: readonly Workstation[], console: DemoConsole): void {
  process.stdout.write(
    `\nThe demo site is running: ${site.server.domain} on 127.0.0.1:${site.server.port}\n\n`,
  );
  for (const { name, commonName, pin } of desks)
    process.stdout.write(`  ${name.padEnd(14)} ${commonName.padEnd(28)} PIN ${pin}\n`);
  process.stdout.write(
    `\nThe administrators’ console is at ${console.server.origin}; open it by “console NAME”:\n\n`,
  );
  for (const { id, name, role } of console.people)
    process.stdout.write(`  ${id.padEnd(14)} ${name.padEnd(28)} ${role}\n`);
  process.stdout.write(HELP);
}

interface Room {
  readonly site: Site;
  readonly console: DemoConsole;
  readonly desks: ReadonlyMap<string, Workstation>;
  readonly start: (account: string) => Promise<void>;
}

/** Carries out one line; answers what to print. */
async function obey(line: string, { site, console, desks, start }: Room): Promise<string> {
  const [verb = '', whom = ''] = line.trim().toLowerCase().split(/\s+/);
  const desk = desks.get(whom);
  if (verb === '') return '';
  if (verb === 'restart' && whom === 'server') {
    await site.server.restart();
    return 'The server is back.';
  }
  if (verb === 'console') {
    const browser = console.open(whom, displayEnvironment(site.runtime));
    return browser === undefined ? `Nobody at the console is called ${whom}.` : 'The console is opening.';
  }
  if (desk !== undefined && verb === 'pull') {
    await desk.reader().remove();
    return `${desk.name}’s card is out.`;
  }
  if (desk !== undefined && verb === 'insert') {
    await desk.reader().insert();
    return `${desk.name}’s card is in the reader. PIN ${desk.pin}`;
  }
  if (desk !== undefined && verb === 'start') {
    await start(whom);
    return `${desk.name}’s client is starting.`;
  }
  return HELP;
}

/** Runs until the person quits; answers the exit code. */
export async function runInteractive(
  site: Site,
  runtime: Runtime,
  interrupted: Promise<void>,
  console: DemoConsole,
): Promise<number> {
  const desks = new Map<string, Workstation>();
  for (const user of [ALICE, BOB]) desks.set(user.account, await site.workstation(user));
  site.complete();
  const clients = new Map<string, Program>();
  const start = async (account: string): Promise<void> => {
    const desk = desks.get(account);
    if (desk === undefined) return;
    if (clients.get(account)?.running !== true) clients.set(account, startClient(site, runtime, desk));
  };
  for (const account of desks.keys()) await start(account);
  progress('the clients are starting');
  introduce(site, [...desks.values()], console);

  const prompt = createInterface({ input: process.stdin, output: process.stdout, prompt: 'demo> ' });
  const quit = new Promise<void>((resolve) => {
    prompt.on('SIGINT', resolve);
    if (process.stdin.isTTY) prompt.on('close', resolve);
    prompt.on('line', (line) => {
      if (/^\s*(quit|exit)\s*$/i.test(line)) {
        resolve();
        return;
      }
      obey(line, { site, console, desks, start })
        .catch((error: unknown) => String(error))
        .then((text) => {
          if (text !== '') process.stdout.write(`${text}\n`);
          prompt.prompt();
        });
    });
  });
  prompt.prompt();
  await Promise.race([quit, interrupted]);
  prompt.close();
  process.stdout.write('\n');
  await Promise.all([...clients.values()].map((client) => client.stop()));
  return 0;
}
