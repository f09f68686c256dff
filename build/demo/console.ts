/** The demo's administrators' console, and the cards of those who work at it. */
import { join } from 'node:path';
import { asUser, makeUserDirectory, ordinaryUser, userEnvironment } from '../lib/ordinary-user.ts';
import { type ConsolePerson, type ConsoleServer, consoleUser, startConsoleServer } from '../site/console.ts';
import { fillStore } from '../site/console-browser.ts';
import { type CardFiles, makeCard } from '../site/pki-card.ts';
import type { Site } from '../site/site.ts';
import { type Program, startProgram } from '../site/virtual-card/program.ts';

const PEOPLE: readonly ConsolePerson[] = [
  { id: 'oakes', name: 'Oakes, Olive', role: 'operator', upns: ['1000000101@mil'] },
  { id: 'ortega', name: 'Ortega, Pat', role: 'operator', upns: ['1000000102@mil'] },
  { id: 'sato', name: 'Sato, Sam', role: 'officer', upns: ['1000000103@mil'] },
  { id: 'silva', name: 'Silva, Toni', role: 'officer', upns: ['1000000104@mil'] },
  { id: 'abel', name: 'Abel, Ann', role: 'auditor', upns: ['1000000105@mil'] },
];

export interface DemoConsole {
  readonly server: ConsoleServer;
  readonly people: readonly ConsolePerson[];
  /** Chromium with this person's certificate, on the person's display. */
  open(id: string, environment: NodeJS.ProcessEnv): Program | undefined;
  stop(): Promise<void>;
}

/** Starts the console beside the site's servers. */
export async function startDemoConsole(site: Site): Promise<DemoConsole> {
  const directory = join(site.runtime, 'console');
  const cards = new Map<string, CardFiles>();
  const server = await startConsoleServer({
    directory,
    pki: site.pki,
    server: site.server,
    people: PEOPLE,
    ...(site.gate === undefined ? {} : { gateSocket: join(site.runtime, 'gate/run/admin.sock') }),
  });
  const user = ordinaryUser();
  const { id: issuer, email } = site.pki.ca;
  for (const [index, { id }] of PEOPLE.entries()) {
    const card = await makeCard({
      directory: join(directory, 'cards', id),
      user: consoleUser(id, 101 + index, site.pki.domain),
      id: issuer,
      email,
    });
    cards.set(id, card);
  }
  const programs = new Set<Program>();
  return {
    server,
    people: PEOPLE,
    open: (id, environment) => {
      const card = cards.get(id);
      if (card === undefined) return undefined;
      const home = makeUserDirectory(user, join(directory, `home-${id}-${programs.size}`));
      fillStore(user, home, home, site.pki, card);
      const words = [`--user-data-dir=${join(home, 'profile')}`, '--no-first-run', server.origin];
      const line = asUser(user, '/usr/bin/chromium', words);
      const program = startProgram(line.command, line.args, {
        ...userEnvironment(user),
        ...environment,
        HOME: home,
      });
      programs.add(program);
      return program;
    },
    stop: async () => {
      await Promise.all([...programs].map((program) => program.stop()));
      await server.stop();
    },
  };
}
