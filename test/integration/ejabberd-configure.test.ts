/** `sallyport-server configure ejabberd`: whatever a site's names and passwords hold, ejabberd's own YAML reader finds these and nothing else. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installedEjabberd } from '../../build/site/ejabberd-modules.ts';
import { runTool, type ToolResult } from '../support/server-tool.ts';

const TEMPLATE = resolve(import.meta.dirname, '../../server/ejabberd/ejabberd.yml.template');
const SITE = {
  format: 'sallyport.site/1',
  domain: 'chat.example.mil',
  rooms: 'conference.chat.example.mil',
  interface: '127.0.0.1',
  switch: '/etc/sallyport/switch.json',
  log: '/var/log/sallyport',
  'lock-masters': '/etc/sallyport/lock-masters',
  'lock-machines': '/etc/sallyport/machines.json',
  'card-accounts': '/etc/sallyport/accounts.json',
  'server-certificate': '/etc/sallyport/server.pem',
  'client-authorities': '/etc/sallyport/client-authorities.pem',
  'directory-host': 'ldap.example.mil',
  'directory-authorities': '/etc/sallyport/ldap.pem',
  'directory-base': 'DC=example,DC=mil',
  'directory-people': 'OU=People,DC=example,DC=mil',
  'directory-bind-dn': 'CN=Sallyport (chat),OU=Services,DC=example,DC=mil',
  'directory-bind-password': 'secret',
  'directory-filter': '(&(objectClass=user)(!(userAccountControl:1.2.840.113556.1.4.803:=2)))',
};
/** Prints what ejabberd's YAML reader finds under four names, each as base64. */
const READER = `
{ok, _} = application:ensure_all_started(fast_yaml),
{ok, [Document]} = fast_yaml:decode_from_file(hd(init:get_plain_arguments()), [plain_as_atom]),
[io:format("~s~n", [base64:encode(proplists:get_value(Name, Document))])
 || Name <- [ldap_rootdn, ldap_password, ldap_base, ldap_filter]],
io:format("~b~n", [length(Document)]), halt().`;

let directory: string;
let plain: { readonly lines: number; readonly options: number };

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-configure-'));
  const { out } = await configure();
  plain = { lines: out.split('\n').length, options: read(out).options };
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function configure(
  changes: Readonly<Record<string, unknown>> = {},
  template = TEMPLATE,
): Promise<ToolResult> {
  const values = join(directory, 'site.json');
  writeFileSync(values, JSON.stringify({ ...SITE, ...changes }));
  return runTool(['configure', 'ejabberd', '--template', template, '--values', values]);
}

/** Bind DN, password, base and filter as ejabberd reads them, and how many options there are at the top. */
function read(config: string): { readonly texts: string[]; readonly options: number } {
  const file = join(directory, 'ejabberd.yml');
  writeFileSync(file, config);
  const { libraries } = installedEjabberd();
  const env = { PATH: process.env.PATH ?? '/usr/bin:/bin', HOME: directory, ERL_LIBS: libraries };
  const out = execFileSync('erl', ['-noshell', '-eval', READER, '-extra', file], { env, encoding: 'utf8' });
  const lines = out.trim().split('\n');
  const options = Number(lines.pop());
  return { texts: lines.map((line) => Buffer.from(line, 'base64').toString('utf8')), options };
}

describe('sallyport-server configure ejabberd', () => {
  it('takes distinguished names and filters of LDAP as they are', async () => {
    const { code, out, err } = await configure();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const { texts } = read(out);
    expect(texts).toEqual([
      SITE['directory-bind-dn'],
      SITE['directory-bind-password'],
      SITE['directory-people'],
      SITE['directory-filter'],
    ]);
  });

  it.each([
    ['quotation marks', 'a"b""c'],
    ['an end of the text and another option', '", auth_method: [anonymous], x: "'],
    ['backslashes', 'CN=Smith\\, John\\\\,OU=a\\"b\\u0041\\'],
    ['a comment', "x # y ' z"],
    ['signs of YAML', '*a &b !c |d >e %f `g {h: [i, j]} - ? :'],
    ['other scripts', 'CN=Jürgen Œ 日本 😀 \u2028\u2029\ufeff\u00a0'],
    ['words of the template', '@port@ @if x@ %u $(id) `id`'],
    ['blanks at the ends', '  x  '],
  ])('writes %s so that they are read as they were', async (_what, text) => {
    const { code, out, err } = await configure({
      'directory-bind-dn': `${text}1`,
      'directory-bind-password': `${text}2`,
      'directory-people': `${text}3`,
      'directory-filter': text,
    });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(read(out)).toEqual({
      texts: [`${text}1`, `${text}2`, `${text}3`, text],
      options: plain.options,
    });
    expect(out.split('\n')).toHaveLength(plain.lines);
  });

  it.each([
    ['a line feed', 'x\nauth_method: [anonymous]'],
    ['a carriage return', 'x\rauth_method: [anonymous]'],
    ['a NUL', 'x\0'],
    ['half a character', 'x\ud800'],
    ['a word that ejabberd replaces', 'ou=@HOST@'],
    ['1025 characters', 'x'.repeat(1025)],
    ['a number', 7],
    ['a list', ['a']],
    ['an object', { a: 1 }],
  ])('refuses %s', async (_what, text) => {
    const { code, out, err } = await configure({ 'directory-people': text });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('directory-people');
  });

  it.each([
    ['directory-uid', 'uid)(objectClass=*'],
    ['domain', 'chat", "other'],
    ['port', '5223, ip: x'],
    ['admins', ['alice", all: "']],
  ])('takes only plain text for %s', async (name, value) => {
    const { code, out, err } = await configure({ [name]: value });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(`the value of ${name} is not plain text`);
  });

  it('refuses a template that has such a text outside of quotation marks', async () => {
    const template = join(directory, 'bad.template');
    for (const line of ['a: @directory-base@', 'a: "b" @directory-base@', 'a: "x @directory-base@']) {
      writeFileSync(template, `${line}\n`);
      expect((await configure({}, template)).err).toContain('outside of quotation marks');
    }
  });
});
