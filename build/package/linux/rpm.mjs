/** An RPM package with rpmbuild. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const ARCHITECTURES = { amd64: 'x86_64', x86_64: 'x86_64', arm64: 'aarch64', aarch64: 'aarch64' };

const PAYLOADS = { xzmt: 'w6T2.xzdio', gzip: 'w1.gzdio' };

/** Directories that the system owns; a package that claimed them would take them away when it goes. */
const SYSTEM_DIRECTORY =
  /^\/(?:opt|etc|usr|usr\/bin|usr\/share|usr\/share\/(?:applications|icons|man)|usr\/share\/man\/man1|usr\/share\/icons\/hicolor(?:\/[^/]+(?:\/apps)?)?)$/;

/** A percent sign begins a macro. */
function quote(text) {
  return text.replace(/%/g, '%%').replace(/\s+/g, ' ').trim();
}

function script(file) {
  return readFileSync(file, 'utf8')
    .replace(/^#!.*\n/, '')
    .replace(/%/g, '%%');
}

function fileList(entries) {
  return entries
    .filter(({ path, kind }) => kind !== 'directory' || !SYSTEM_DIRECTORY.test(path))
    .map(({ path, kind, mode }) => {
      if (kind === 'link') return `"${path}"`;
      const attributes = `%attr(${mode.toString(8).padStart(4, '0')},root,root)`;
      return `${kind === 'directory' ? '%dir ' : ''}${attributes} "${path}"`;
    })
    .join('\n');
}

/** rpm's scripts are told numbers where Debian's are told words; ours understand both. */
function scriptlets(options) {
  return [
    ['%post', options.afterInstall],
    ['%preun', options.beforeRemove],
  ]
    .filter(([, file]) => file !== undefined)
    .map(([name, file]) => `${name}\n${script(file)}`)
    .join('\n');
}

function specification({ options, tree }) {
  const version = options.version.replace(/-/g, '~');
  return `Name: ${options.name}
Version: ${version}
Release: 1
Summary: ${quote(options.summary ?? options.name)}
License: ${quote(options.license ?? 'Apache-2.0')}
Vendor: ${quote(options.vendor ?? options.maintainer)}
Packager: ${quote(options.maintainer)}
URL: ${quote(options.url ?? '')}
AutoReqProv: no
${options.depends.map((name) => `Requires: ${quote(name)}`).join('\n')}
${options.conflicts.map((name) => `Conflicts: ${quote(name)}`).join('\n')}
%define _binary_payload ${PAYLOADS[options.compression] ?? PAYLOADS.xzmt}
%define __os_install_post %{nil}
%define _build_id_links none
%define debug_package %{nil}
%define use_source_date_epoch_as_buildtime 1
%define clamp_mtime_to_source_date_epoch 1
%define _buildhost reproducible
%description
${quote(options.description)}
%install
mkdir -p %{buildroot}
cp -a '${tree.root}/.' %{buildroot}/
${scriptlets(options)}
%files
${fileList(tree.entries)}
`;
}

/** @param {{ options: object, tree: import('./tree.mjs').Tree, work: string, epoch: number }} work */
export function buildRpm({ options, tree, work, epoch }) {
  const architecture = ARCHITECTURES[options.architecture];
  if (architecture === undefined) throw new Error(`no RPM architecture: ${options.architecture}`);
  const out = resolve(options.package);
  const file = join(work, 'package.spec');
  const packages = join(work, 'packages');
  writeFileSync(file, specification({ options, tree }));
  execFileSync(
    'rpmbuild',
    [
      '-bb',
      '--quiet',
      '--target',
      `${architecture}-linux`,
      '--define',
      `_topdir ${work}/top`,
      '--define',
      `_rpmdir ${packages}`,
      '--buildroot',
      `${work}/buildroot`,
      file,
    ],
    {
      env: {
        PATH: process.env.PATH,
        HOME: work,
        LC_ALL: 'C',
        TZ: 'UTC',
        SOURCE_DATE_EPOCH: String(epoch),
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  const made = readdirSync(packages, { recursive: true, encoding: 'utf8' }).find((name) =>
    name.endsWith('.rpm'),
  );
  if (made === undefined) throw new Error('rpmbuild wrote no package');
  mkdirSync(dirname(out), { recursive: true });
  rmSync(out, { force: true });
  copyFileSync(join(packages, made), out);
}
