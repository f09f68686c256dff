#!/usr/bin/env node
/** The administrators' command on the server, for Prosody and ejabberd (README.md). */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { makeBackup, restoreBackup } from './lib/backup.mjs';
import { readDirectory } from './lib/directory.mjs';
import { EJABBERD_DEFAULTS, EJABBERD_TEXTS } from './lib/ejabberd-values.mjs';
import { ToolError } from './lib/errors.mjs';
import { readDocument } from './lib/files.mjs';
import { logAction } from './lib/journal.mjs';
import { PROSODY_CODE, PROSODY_DEFAULTS } from './lib/prosody-values.mjs';
import { applyRetention } from './lib/retention.mjs';
import { eventLine, messageLine, search, timeOf } from './lib/search.mjs';
import { readSettings } from './lib/settings.mjs';
import { status, statusText } from './lib/status.mjs';
import { newSwitch, setSwitch, takeNotice, targetOf } from './lib/switch.mjs';
import { fillTemplate } from './lib/template.mjs';

const OPTIONS = {
  config: { type: 'string' },
  all: { type: 'boolean' },
  user: { type: 'string' },
  machine: { type: 'string' },
  reason: { type: 'string' },
  room: { type: 'string' },
  partner: { type: 'string' },
  feed: { type: 'string' },
  id: { type: 'string' },
  word: { type: 'string' },
  event: { type: 'string' },
  since: { type: 'string' },
  until: { type: 'string' },
  limit: { type: 'string' },
  json: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  template: { type: 'string' },
  values: { type: 'string' },
  domain: { type: 'string' },
  help: { type: 'boolean' },
};

const DEFAULT_CONFIG = '/etc/sallyport/server.json';
const DEFAULT_LIMIT = 1000;
const MAX_LIMIT = 1_000_000;

/** What each engine's template is filled with where the site says nothing. */
const ENGINES = {
  prosody: { defaults: PROSODY_DEFAULTS, kinds: { raw: PROSODY_CODE } },
  ejabberd: { defaults: EJABBERD_DEFAULTS, kinds: { texts: EJABBERD_TEXTS } },
};

const USAGE = `Usage: sallyport-server [--config FILE] COMMAND
  status [--json]
  off --all | --user NAME | --machine KID | --room NAME | --partner DOMAIN | --feed NAME   --reason TEXT
  on  --all | --user NAME | --machine KID | --room NAME | --partner DOMAIN | --feed NAME   [--reason TEXT]
  take-notice --feed NAME --id ID --reason TEXT
  search [--user NAME] [--room NAME] [--word TEXT] [--since TIME] [--until TIME] [--limit N] [--json]
  events [--event NAME] [--user NAME] [--machine KID] [--since TIME] [--until TIME] [--limit N] [--json]
  retention [--dry-run]
  directory
  configure prosody|ejabberd --template FILE --values FILE
  new-switch --domain DOMAIN
  backup FILE
  restore FILE
Times are UTC: 2026-03-01 or 2026-03-01T09:15Z. Settings: ${DEFAULT_CONFIG} unless --config says otherwise.`;

/** @param {string} text */
function print(text) {
  process.stdout.write(`${text}\n`);
}

/** @param {string | undefined} text */
function limitOf(text) {
  if (text === undefined) return DEFAULT_LIMIT;
  const limit = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > MAX_LIMIT) throw new ToolError(`--limit takes a number from 1 to ${MAX_LIMIT}`, 2);
  return limit;
}

/** Prints what a search finds, newest last, at most `limit` of the newest. */
async function printRecords(settings, kinds, query, { limit, json }, line) {
  const most = limitOf(limit);
  const found = [];
  let dropped = 0;
  for await (const record of search(settings.log, kinds, query)) {
    found.push(record);
    if (found.length >= 2 * most) dropped += found.splice(0, found.length - most).length;
  }
  dropped += found.splice(0, Math.max(0, found.length - most)).length;
  for (const record of found) print(json ? JSON.stringify(record) : line(record));
  if (dropped > 0) process.stderr.write(`${dropped} older ones are not shown; use --limit or --since\n`);
}

/** The options of a search that were given. */
function queryOf(options, names) {
  const times = { since: timeOf(options.since, '--since'), until: timeOf(options.until, '--until') };
  const given = names.map((name) => [name, options[name]]).concat(Object.entries(times));
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

/** @param {number} count @param {string} what */
function counted(count, what) {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

async function throwSwitch(position, settings, options) {
  const target = targetOf(options);
  const reason = options.reason ?? '';
  if (position === 'off' && reason.trim() === '')
    throw new ToolError('off needs --reason TEXT; it is logged', 2);
  if (reason.length > 500) throw new ToolError('--reason takes at most 500 characters', 2);
  const { ended, removed, streams } = await setSwitch(settings, position, target, reason);
  const what = target.kind === 'all' ? 'The service' : `The ${target.kind} ${target.name}`;
  const done = [
    `ended ${counted(ended, 'session')}`,
    ...(removed > 0 ? [`put ${counted(removed, 'occupant')} out of rooms`] : []),
    ...(streams > 0 ? [`ended ${counted(streams, 'stream')} to partners`] : []),
  ];
  print(`${what} is ${position}; the server confirmed it, ${done.join(', ')}.`);
}

async function takeAway(settings, { feed, id, reason = '' }) {
  if (feed === undefined || id === undefined || reason.trim() === '')
    throw new ToolError('take-notice needs --feed NAME, --id ID and --reason TEXT; it is logged', 2);
  if (reason.length > 500) throw new ToolError('--reason takes at most 500 characters', 2);
  const { taken } = await takeNotice(settings, { feed, id }, reason);
  print(
    taken > 0
      ? 'The notice is taken away; the server confirmed it.'
      : 'The server has no such notice any more.',
  );
}

function configure(engine, { template, values }) {
  if (!Object.hasOwn(ENGINES, engine ?? '') || template === undefined || values === undefined) {
    throw new ToolError(USAGE, 2);
  }
  const { defaults, kinds } = ENGINES[engine];
  const { format: _format, ...site } = readDocument(values, 'sallyport.site/1');
  try {
    process.stdout.write(fillTemplate(readFileSync(template, 'utf8'), { ...defaults, ...site }, kinds));
  } catch (error) {
    throw new ToolError(error.message);
  }
}

const COMMANDS = {
  status: (settings, { json }) => {
    const state = status(settings);
    print(json ? JSON.stringify(state) : statusText(state));
    if (!state.healthy) process.exitCode = 1;
  },
  off: (settings, options) => throwSwitch('off', settings, options),
  on: (settings, options) => throwSwitch('on', settings, options),
  'take-notice': takeAway,
  search: (settings, options) => {
    const query = queryOf(options, ['user', 'room', 'word']);
    // who reads others' messages is on record too
    logAction(settings, 'admin.search', { query });
    return printRecords(settings, ['messages'], query, options, messageLine);
  },
  events: (settings, options) =>
    printRecords(
      settings,
      ['audit', 'admin', 'console'],
      queryOf(options, ['event', 'user', 'machine']),
      options,
      eventLine,
    ),
  retention: async (settings, options) => {
    const dryRun = options['dry-run'] === true;
    const { files, records, held } = await applyRetention(settings, { dryRun });
    print(
      `${dryRun ? 'Would delete' : 'Deleted'} ${records} records, ${files} whole files; ${held} records are on hold.`,
    );
  },
  directory: async (settings) => {
    const { accounts, disabled, skipped, dropped, spared, validUntil } = await readDirectory(settings);
    print(`${accounts} accounts, ${disabled} of them disabled, good until ${validUntil}.`);
    for (const dn of skipped)
      process.stderr.write(`left out, its account name cannot be one: ${JSON.stringify(dn)}\n`);
    if (dropped > 0) print(`${dropped} who are gone took along what their certificates were mapped by.`);
    if (spared > 0)
      process.stderr.write(
        `${spared} are missing, too many at once: what their certificates are mapped by stays. Is the base or the filter wrong?\n`,
      );
  },
  backup: (settings, _options, file) => {
    if (file === undefined) throw new ToolError(USAGE, 2);
    print(`${makeBackup(settings, file).files} files are in ${file}. It holds secret keys.`);
  },
  restore: (settings, _options, file) => {
    if (file === undefined) throw new ToolError(USAGE, 2);
    const { time, aside } = restoreBackup(settings, file);
    print(
      `The backup of ${time} is in place. What was there before ends in ${aside}; remove it when all is well.`,
    );
  },
};

async function main() {
  let parsed;
  try {
    parsed = parseArgs({ options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new ToolError(`${error.message}\n${USAGE}`, 2);
  }
  const { values, positionals } = parsed;
  const [command, argument, ...rest] = positionals;
  if (values.help) return print(USAGE);
  if (command === 'configure') return configure(argument, values);
  if (command === 'new-switch') {
    if (values.domain === undefined) throw new ToolError(USAGE, 2);
    return print(JSON.stringify(newSwitch(values.domain), undefined, 2));
  }
  const takesFile = command === 'backup' || command === 'restore';
  if (!Object.hasOwn(COMMANDS, command ?? '') || rest.length > 0 || (argument !== undefined && !takesFile)) {
    throw new ToolError(USAGE, 2);
  }
  return COMMANDS[command](readSettings(values.config ?? DEFAULT_CONFIG), values, argument);
}

main().catch((error) => {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`${error instanceof ToolError ? error.message : (error.stack ?? error)}\n`);
  process.exitCode = error instanceof ToolError ? error.exitCode : 1;
});
