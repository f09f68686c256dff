/**
 * A virtual CAC as a process of its own (whoever uses PKCS#11 blocks, so the card must not live there).
 *
 *     node emulator.mjs VPCD-PORT CARD-FOLDER
 *
 * It prints one line, `{"control":PORT}`, and is told what to do by `POST http://127.0.0.1:PORT/COMMAND/ARGUMENT…`:
 *
 *     insert [FOLDER]   puts the card in, or another one (folder percent-encoded)
 *     remove            takes it out at once
 *     state             {"present", "name", "triesLeft", "verified"}
 *     tries N           PIN tries left
 *     delay MS          how long each private-key operation takes
 *     fail INS SW N     the next N commands with that INS (hex) answer SW (hex); OpenSC tries a signature twice
 *     yank INS MS       the card goes out MS ms after the next command with that INS comes in
 *     hang INS          the next command with that INS is never answered
 *     spoil on|off      signatures come out wrong
 *
 * A card keeps its state (PIN tries) while it is out of the reader. The process ends when its standard input does.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { PivCard } from './piv-card.ts';
import { loadCard } from './piv-objects.ts';
import { VirtualReader } from './reader.ts';

const [vpcdPort, cardFolder] = process.argv.slice(2);
if (vpcdPort === undefined || cardFolder === undefined) throw new Error('usage: emulator PORT CARD-FOLDER');

const reader = new VirtualReader(Number(vpcdPort));
const cards = new Map<string, PivCard>();
let card = findCard(cardFolder);

function findCard(folder: string): PivCard {
  const path = resolve(folder);
  const known = cards.get(path);
  if (known !== undefined) return known;
  const loaded = new PivCard(loadCard(path));
  cards.set(path, loaded);
  return loaded;
}

function state(): Record<string, unknown> {
  return {
    present: reader.present,
    name: card.description.name,
    triesLeft: card.pins.triesLeft,
    verified: card.verified,
  };
}

/** A whole number of at most nine digits in `base`. */
function number(text: string | undefined, base: 10 | 16 = 10): number {
  const pattern = base === 10 ? /^\d{1,9}$/ : /^[0-9a-f]{1,8}$/i;
  if (text === undefined || !pattern.test(text)) throw new Error(`not a number: ${text}`);
  return Number.parseInt(text, base);
}

/** Something that happens to the next commands (one, or `times`) with the given INS. */
function happen(ins: number, what: () => Promise<number | undefined>, times = 1): void {
  const target = card;
  let left = times;
  target.intercept = async (command) => {
    if (command.ins !== ins) return undefined;
    left--;
    if (left === 0) target.intercept = undefined;
    return what();
  };
}

const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

const COMMANDS: Readonly<Record<string, (...args: string[]) => void | Promise<void>>> = {
  insert: async (folder) => {
    if (folder !== undefined) card = findCard(folder);
    if (!reader.present) await reader.insert(card);
  },
  remove: () => reader.remove(),
  state: () => undefined,
  tries: (tries) => {
    card.pins.triesLeft = number(tries);
  },
  delay: (ms) => {
    card.keyDelay = number(ms);
  },
  fail: (ins, sw, times = '1') => {
    const answer = number(sw, 16);
    happen(number(ins, 16), async () => answer, number(times));
  },
  yank: (ins, ms) => {
    const wait = number(ms);
    happen(number(ins, 16), async () => {
      setTimeout(() => reader.remove(), wait);
      await sleep(wait + 50);
      return undefined;
    });
  },
  hang: (ins) => happen(number(ins, 16), () => new Promise(() => undefined)),
  spoil: (what) => {
    card.spoilSignatures = what === 'on';
  },
};

async function run(request: IncomingMessage): Promise<Record<string, unknown>> {
  // A web page could post to the loopback; a browser always says where the page came from.
  if (request.method !== 'POST' || request.headers.origin !== undefined) throw new Error('refused');
  const [name = '', ...args] = (request.url ?? '').split('/').slice(1).map(decodeURIComponent);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) throw new Error(`no command ${name}`);
  await command(...args);
  return state();
}

const control = createServer((request, response) => {
  run(request).then(
    (answer) => response.end(`${JSON.stringify(answer)}\n`),
    (error: unknown) => {
      response.statusCode = 400;
      response.end(`${JSON.stringify({ error: String(error) })}\n`);
    },
  );
});
control.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ control: (control.address() as AddressInfo).port })}\n`);
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
