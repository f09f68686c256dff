/** A CycloneDX 1.6 bill of materials: the bundled packages, and what no package manager knows to be inside Electron. */
import { createHash } from 'node:crypto';

const PROPERTY = 'sallyport:origin';

function npmComponent({ name, version, licence, native }) {
  return {
    type: 'library',
    'bom-ref': `pkg:npm/${name}@${version}`,
    name,
    version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    licenses: [/[ (]/.test(licence) ? { expression: licence } : { license: { id: licence } }],
    properties: [{ name: PROPERTY, value: native ? 'native module' : 'bundled source' }],
  };
}

function plain(name, version, origin, extra = {}) {
  return {
    type: 'framework',
    'bom-ref': `${name}@${version}`,
    name,
    version,
    properties: [{ name: PROPERTY, value: origin }],
    ...extra,
  };
}

/**
 * @param {{ product: object, organisation: object, version: string, epoch: number,
 *   electron: { version: string }, inside: Record<string, string>, packages: readonly object[], asarSha256: string,
 *   natives: readonly { name: string, sha256: string }[] }} facts `natives`: the native modules as files
 */
export function billOfMaterials({
  product,
  organisation,
  version,
  epoch,
  electron,
  inside,
  packages,
  natives,
  asarSha256,
}) {
  const components = [
    plain('electron', electron.version, 'runtime', {
      purl: `pkg:github/electron/electron@v${electron.version}`,
    }),
    plain('chromium', inside.chromium, 'inside Electron'),
    plain('node', inside.node, 'inside Electron'),
    plain('v8', inside.v8, 'inside Electron'),
    plain('boringssl', 'as in chromium', 'inside Electron; not used for the connection to the server'),
    plain('openssl', '>= 3.0', 'the operating system’s libssl and libcrypto, loaded at run time', {
      scope: 'required',
    }),
    ...packages.map(npmComponent),
    ...natives.map(({ name, sha256 }) => ({
      type: 'file',
      'bom-ref': `file:${name}`,
      name,
      hashes: [{ alg: 'SHA-256', content: sha256 }],
      properties: [{ name: PROPERTY, value: 'native module' }],
    })),
  ];
  const serial = createHash('sha256').update(`${product.name} ${version} ${asarSha256}`).digest('hex');
  const uuid = `${serial.slice(0, 8)}-${serial.slice(8, 12)}-5${serial.slice(13, 16)}-a${serial.slice(17, 20)}-${serial.slice(20, 32)}`;
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuid}`,
    version: 1,
    metadata: {
      timestamp: new Date(epoch * 1000).toISOString(),
      component: {
        type: 'application',
        'bom-ref': `${product.name}@${version}`,
        name: product.name,
        version,
        supplier: { name: organisation.name },
        hashes: [{ alg: 'SHA-256', content: asarSha256 }],
      },
    },
    components,
    dependencies: [
      { ref: `${product.name}@${version}`, dependsOn: components.map((component) => component['bom-ref']) },
    ],
  };
}

/** The licences and their texts, for people. */
export function licenceReport(packages) {
  const head = packages.map(({ name, version, licence }) => `${name} ${version}: ${licence}`);
  const texts = packages.map(
    ({ name, version, text }) => `${'='.repeat(78)}\n${name} ${version}\n\n${text}\n`,
  );
  return `Licences of what Sallyport bundles. Electron's are in LICENSE.electron.txt and LICENSES.chromium.html.\n\n${head.join('\n')}\n\n${texts.join('\n')}`;
}
