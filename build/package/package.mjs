/**
 * `npm run package -- --org DIR`: installers of one organisation, with its trust anchor inside, and the proofs that belong
 * to them. Runs in the repository (which it bundles first) and in the kit (which holds everything ready).
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { ROOT } from '../lib/paths.mjs';
import { progress, runMain, SetupError } from '../lib/progress.mjs';
import { HOST, readArguments, TARGETS, USAGE } from './arguments.mjs';
import { afterPack, buildPackages, validate } from './builder.mjs';
import { configuration } from './configuration.mjs';
import { electronFor } from './electron.mjs';
import { sourceEpoch } from './epoch.mjs';
import { readOrganisation } from './organisation.mjs';
import { productFor } from './product.mjs';
import { checksumSigner } from './proof/signing.mjs';
import { verifyPackages } from './proof/verify.mjs';
import { linuxMappings, makeStage } from './stage.mjs';

/** The kit carries this file; where it is, nothing is set up and nothing is compiled. */
const KIT = join(ROOT, 'kit.json');

const TOOLS = join(ROOT, 'out', 'package-tools', 'tools.cjs');

/** What checking takes: the product's own verifier. The kit has it ready. */
async function prepareTools() {
  if (existsSync(KIT)) return;
  const { setup } = await import('../setup.mjs');
  await setup();
  const { generate } = await import('../bundle.mjs');
  await generate();
  const { bundleTools } = await import('./bundle-tools.mjs');
  await bundleTools(TOOLS);
}

/** Bundles the product, unless this is the kit. `SOURCE_DATE_EPOCH` is what the bundles call their build time. */
async function prepareProduct(epoch) {
  if (existsSync(KIT)) return;
  process.env.SOURCE_DATE_EPOCH = String(epoch);
  const { bundle } = await import('../bundle.mjs');
  await bundle(['app', 'cli']);
}

/**
 * The native modules are those of the computer that made the bundles, whatever Electron is packaged: for another system
 * they would only be found out there.
 */
function requireNatives({ platform, arch }) {
  const made = existsSync(KIT) ? JSON.parse(readFileSync(KIT, 'utf8')) : process;
  if (HOST[made.platform] === platform && made.arch === arch) return;
  throw new SetupError(
    `The native modules here are those of ${made.platform} ${made.arch}. Package for ${platform} ${arch} on such a computer, or with a kit that was made on one.`,
  );
}

/** The configuration with targets, for the platforms that are built and for those that are only checked. */
function configurationFor(options, facts, targets) {
  const { version, organisation, product, stage } = facts;
  return configuration({
    product,
    organisation,
    version,
    electronVersion: facts.electron.version,
    electronDist: facts.electron.dist,
    stage,
    icons: organisation.icons ?? join(ROOT, 'build', 'icons'),
    macFiles: join(import.meta.dirname, 'mac'),
    output: facts.output,
    compression: options.compression,
    targets,
    arch: options.arch,
    linuxMappings: linuxMappings({ stage, product }),
    afterPack: afterPack({ development: product.development }),
  });
}

async function check(options, organisation, version) {
  for (const development of [false, true]) {
    const product = productFor(development);
    const facts = {
      organisation,
      product,
      version,
      stage: ROOT,
      output: ROOT,
      electron: { version: '0.0.0' },
    };
    await validate(configurationFor(options, facts, TARGETS));
  }
  progress(`the organisation and the configuration of ${Object.keys(TARGETS).join(', ')} are in order`);
}

async function makePackages(options, organisation, version, epoch, sign) {
  const { platform, arch, development, out, targets } = options;
  if (!development) requireNatives(options);
  const electron = await electronFor({ root: ROOT, platform, arch, development });
  const product = productFor(electron.kind === 'development');
  if (product.development)
    progress(`DEVELOPMENT RUNTIME: this makes ${product.name}, which is for tests only. Never roll it out.`);
  await prepareProduct(epoch);
  const work = `${out}.${process.pid}`;
  const stage = join(work, 'stage');
  const output = join(work, 'output');
  rmSync(work, { recursive: true, force: true });
  mkdirSync(output, { recursive: true });
  try {
    makeStage({ root: ROOT, stage, organisation, product, version, epoch });
    const config = configurationFor(
      options,
      { organisation, product, version, stage, output, electron },
      { [platform]: targets },
    );
    progress(`packaging ${product.name} ${version} for ${platform} ${arch}: ${targets.join(', ')}`);
    const files = await buildPackages({ stage, config, platform, epoch });
    const { writeProofs } = await import('./proof/proofs.mjs');
    await writeProofs({
      files: files.filter((file) => existsSync(file)),
      unpacked: unpackedDirectory(output, platform, arch),
      output,
      root: ROOT,
      platform,
      arch,
      product,
      organisation,
      version,
      electron,
      epoch,
      options,
      sign,
    });
    rmSync(join(output, 'builder-debug.yml'), { force: true });
    rmSync(join(output, 'builder-effective-config.yaml'), { force: true });
    rmSync(out, { recursive: true, force: true });
    renameSync(output, out);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  progress(`done: ${out}`);
}

function unpackedDirectory(output, platform, arch) {
  const suffix = arch === 'x64' ? '' : `-${arch}`;
  if (platform === 'mac') return join(output, `mac${suffix}`);
  return join(output, `${platform}${suffix}-unpacked`);
}

await runMain(async () => {
  const options = readArguments(process.argv.slice(2), ROOT);
  if (options.help) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const epoch = sourceEpoch(ROOT, KIT);
  await prepareTools();
  if (options.kit !== undefined) {
    if (existsSync(KIT)) throw new SetupError('This is a kit already; kits are made in the repository.');
    await prepareProduct(epoch);
    const { makeKit } = await import('./kit.mjs');
    await makeKit({ root: ROOT, file: options.kit, version, epoch });
    progress(`kit written: ${basename(options.kit)}`);
    return;
  }
  const tools = createRequire(import.meta.url)(TOOLS);
  const organisation = readOrganisation(options.org, tools, Date.now());
  if (options.verify !== undefined) {
    const names = verifyPackages(options.verify, organisation.trustRoot, tools);
    process.stdout.write(`signed by ${organisation.name}:\n${names.map((name) => `  ${name}\n`).join('')}`);
  } else if (options.check) await check(options, organisation, version);
  else {
    const sign = checksumSigner(options, organisation.trustRoot, tools);
    await makePackages(options, organisation, version, epoch, sign);
  }
});
