/** What goes with the packages: bill of materials, licences, provenance, and a signed list of checksums. */
import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { progress } from '../../lib/progress.mjs';
import { fusedFile } from '../fuses.mjs';
import { provenance } from './provenance.mjs';
import { billOfMaterials, licenceReport } from './sbom.mjs';
import { versionsInside } from './versions-inside.mjs';

async function sha256(file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

function writeJson(file, value) {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}

/** Where the archive lies in the unpacked application. */
function asarOf({ unpacked, platform, product }) {
  const resources = platform === 'mac' ? `${product.directory}.app/Contents/Resources` : 'resources';
  return join(unpacked, resources, 'app.asar');
}

/** The native modules below the application's resources: the application's own and those of the command lines. */
function nativeFiles(directory) {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.node'))
    .sort()
    .map((name) => ({ name: name.split(sep).join('/'), file: join(directory, name) }));
}

/** Writes the proofs beside the packages; the list of checksums covers all of them. */
export async function writeProofs(facts) {
  const {
    files,
    output,
    root,
    platform,
    arch,
    product,
    organisation,
    version,
    electron,
    epoch,
    options,
    sign,
  } = facts;
  const packages = JSON.parse(readFileSync(join(root, 'out', 'app.packages.json'), 'utf8'));
  const asar = { name: 'app.asar', sha256: await sha256(asarOf(facts)) };
  const name = platform === 'linux' ? product.name : product.directory;
  const executable = fusedFile(facts.unpacked, platform, name);
  const inside = versionsInside(executable);
  for (const [part, found] of Object.entries(inside))
    if (found === 'unknown')
      progress(`the version of ${part} inside Electron was not found; the list says so`);
  const natives = await Promise.all(
    nativeFiles(dirname(asarOf(facts))).map(async ({ name, file }) => ({
      name,
      sha256: await sha256(file),
    })),
  );
  writeJson(
    join(output, 'sbom.cdx.json'),
    billOfMaterials({
      product,
      organisation,
      version,
      epoch,
      electron,
      inside,
      packages,
      natives,
      asarSha256: asar.sha256,
    }),
  );
  writeFileSync(join(output, 'LICENCES.txt'), licenceReport(packages));
  const subjects = await Promise.all(
    files.map(async (file) => ({ name: basename(file), sha256: await sha256(file) })),
  );
  const materials = [
    { name: 'package-lock.json', sha256: await sha256(join(root, 'package-lock.json')) },
    { name: 'trust-root.json', sha256: createHash('sha256').update(organisation.trustRoot).digest('hex') },
  ];
  writeJson(
    join(output, 'provenance.json'),
    provenance({
      root,
      subjects: [...subjects, asar],
      parameters: {
        organisation: organisation.name,
        platform,
        arch,
        targets: options.targets,
        product: product.name,
      },
      materials,
      electronVersion: electron.version,
      epoch,
    }),
  );
  const beside = ['LICENCES.txt', 'provenance.json', 'sbom.cdx.json'];
  const all = [
    ...subjects,
    ...(await Promise.all(
      beside.map(async (each) => ({ name: each, sha256: await sha256(join(output, each)) })),
    )),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
  const list = all.map((each) => `${each.sha256}  ${each.name}\n`).join('');
  writeFileSync(join(output, 'SHA256SUMS'), list);
  if (sign !== undefined) writeFileSync(join(output, 'SHA256SUMS.dsse.json'), sign(list));
}
