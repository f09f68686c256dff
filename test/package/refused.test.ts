/** What `npm run package` refuses, before anything is built. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../build/lib/paths.mjs';
import { makeAuthority, ORGANISATION, runPackage, writeOrganisation } from './support/product.ts';

let work: string;
let organisation: string;
let trustRoot: string;
let keys: string;

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'sallyport-refused-'));
  const authority = makeAuthority(join(work, 'authority'));
  trustRoot = authority.trustRoot;
  keys = authority.keys;
  organisation = join(work, 'organisation');
  writeOrganisation(organisation, trustRoot);
});

afterAll(() => rmSync(work, { recursive: true, force: true }));

describe('what is refused', () => {
  const refused = (args: readonly string[], environment = {}): string => {
    const { code, output: said } = runPackage(args, ROOT, environment);
    expect(code, said).toBe(1);
    return said;
  };
  /** An organisation with one thing changed. */
  const broken = (change: (directory: string) => void, document: unknown = ORGANISATION): string => {
    const directory = mkdtempSync(join(work, 'broken-'));
    writeOrganisation(directory, trustRoot, document);
    change(directory);
    return refused(['--org', directory, '--check']);
  };

  it('the development runtime, unless it is asked for by name', () => {
    expect(refused(['--org', organisation])).toContain('--development-runtime');
    expect(refused(['--org', organisation, '--platform', 'win', '--development-runtime'])).toContain(
      'Linux x64 only',
    );
  });

  it('an Electron archive with other bytes than the pinned ones', () => {
    const zips = join(work, 'zips');
    mkdirSync(zips);
    const { version } = JSON.parse(readFileSync(join(ROOT, 'node_modules/electron/package.json'), 'utf8'));
    writeFileSync(join(zips, `electron-v${version}-linux-x64.zip`), 'PK');
    expect(refused(['--org', organisation, '--arch', 'x64'], { ELECTRON_ZIPS: zips })).toContain('pinned to');
  });

  it('another system than the one whose native modules are here', () => {
    expect(refused(['--org', organisation, '--platform', 'win'])).toContain(
      'native modules here are those of',
    );
    expect(refused(['--org', organisation, '--platform', 'mac', '--arch', 'arm64'])).toContain(
      'native modules',
    );
  });

  it('icons of which one system’s are missing: another program’s would be taken', () => {
    const icons = (at: string) => cpSync(join(ROOT, 'build/icons'), join(at, 'icons'), { recursive: true });
    for (const gone of ['png/256x256.png', 'icon.ico', 'icon.icns'])
      expect(
        broken((at) => {
          icons(at);
          rmSync(join(at, 'icons', gone));
        }),
      ).toContain(gone);
  });

  it('a key that signs no packages, before anything is built', () => {
    const started = ['--org', organisation, '--development-runtime', '--out', join(work, 'never')];
    const said = refused([...started, '--sign-key', join(keys, 'freshness-1.key.pem')]);
    expect(said).toContain('UNKNOWN_SIGNER');
    expect(said).not.toContain('packaging ');
  });

  it('a command line that nobody understands', () => {
    expect(refused(['--org', organisation, '--target', 'AppImage'])).toContain('--target takes');
    expect(refused(['--orgg', organisation])).toContain('usage');
    expect(refused([])).toContain('--org is missing');
    expect(refused(['--org', join(work, 'nowhere')])).toContain('no directory');
  });

  it('an organisation without a trust root, with two, with a changed or an expiring one', async () => {
    expect(broken((at) => rmSync(join(at, 'trust-root.json')))).toContain('no trust-root.json');
    expect(broken((at) => cpSync(trustRoot, join(at, 'old-root.json')))).toContain('exactly one trust root');
    expect(
      broken((at) => {
        const envelope = JSON.parse(readFileSync(trustRoot, 'utf8'));
        const payload = Buffer.from(envelope.payload, 'base64')
          .toString()
          .replace('"version":1', '"version":2');
        envelope.payload = Buffer.from(payload).toString('base64');
        writeFileSync(join(at, 'trust-root.json'), JSON.stringify(envelope));
      }),
    ).toContain('ROOT_SIGNATURE');
    expect(broken((at) => writeFileSync(join(at, 'trust-root.json'), '{}'))).toContain('no valid trust root');
    const short = join(work, 'short');
    makeAuthority(short, '--root-days', '20');
    expect(broken((at) => cpSync(join(short, 'trust-root.json'), join(at, 'trust-root.json')))).toContain(
      'expires on',
    );
  });

  it.each([
    ['another format', { ...ORGANISATION, format: 'sallyport.organisation/2' }],
    ['a member that is not known', { ...ORGANISATION, updateServer: 'https://example.com' }],
    ['a name that would break out of a script', { ...ORGANISATION, name: "x'; rm -rf / #" }],
    ['a name with a macro', { ...ORGANISATION, name: '%(id)' }],
    ['a maintainer without an address', { ...ORGANISATION, maintainer: 'Help Desk' }],
    ['a home page without TLS', { ...ORGANISATION, homepage: 'http://it.harbour.example' }],
    ['a module that climbs', { ...ORGANISATION, pkcs11Modules: { linux: ['/usr/../tmp/x.so'] } }],
    ['a dependency that is none', { ...ORGANISATION, packages: { deb: ['x; y'] } }],
  ])('an organisation with %s', (_, document) => {
    expect(broken(() => undefined, document)).toContain('The organisation’s directory'.replace('’', "'"));
  });

  it('nothing of the configuration: electron-builder’s own schema takes it for every platform', () => {
    const { code, output: said } = runPackage(['--org', organisation, '--check']);
    expect(code, said).toBe(0);
  });
});
