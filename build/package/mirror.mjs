/** Everything that a disconnected build room has to mirror beside the kit, with SHA-256, and the variables that name it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const BINARIES = 'https://github.com/electron-userland/electron-builder-binaries/releases/download';
const RELEASES = 'https://github.com/electron/electron/releases/download';

/** The Electron archives that are packaged. */
const ELECTRON = ['linux-x64', 'linux-arm64', 'win32-x64', 'win32-arm64', 'darwin-x64', 'darwin-arm64'];

/**
 * Tools that electron-builder downloads for Windows and macOS targets: release, file, SHA-256 as electron-builder itself
 * pins it (a test looks into its source). Linux needs none of them.
 */
export const TOOLS = [
  [
    'win',
    'nsis-3.0.4.1',
    'nsis-3.0.4.1.7z',
    '9877df902530f96357d13a7a31ae2b9df67f48b11ffc9a1700a7c961574ec5fa',
  ],
  [
    'win',
    'nsis-resources-3.4.1',
    'nsis-resources-3.4.1.7z',
    '593a9a92ef958321293ac6a2ee61e64bf1bd543142a5bd6b3d310709cc924103',
  ],
  [
    'win',
    'wix-4.0.0.5512.2',
    'wix-4.0.0.5512.2.7z',
    'fe677fcd837b18c9b912985d91636bbd8a1e800c3b3a6a841b6f96e89624e839',
  ],
  [
    'win',
    'winCodeSign-2.6.0',
    'winCodeSign-2.6.0.7z',
    'cdaec7154dda7cc31f88d886e2489379a0625a737d610b5ae7f62a12f16743a4',
  ],
  [
    'win',
    '7zip@1.0.0',
    '7zip-win-x64.tar.gz',
    'be071f15bd6da2f78fe81c6ddef2009b0c4d8a51f36b780cb806c7e6df95e1b3',
  ],
  [
    'mac',
    '7zip@1.0.0',
    '7zip-darwin-arm64.tar.gz',
    '496a341abe210aae1a25bc202ee97f6de6c76a3dc80f91d96616be05502d72c1',
  ],
  [
    'mac',
    'dmg-builder@1.2.5',
    'dmgbuild-bundle-arm64-75c8a6c.tar.gz',
    '793404d0c96687e27d5ee40a668d498c92e36a64d6c2906df511031adb33cbeb',
  ],
  [
    'mac',
    'dmg-builder@1.2.5',
    'dmgbuild-bundle-x86_64-75c8a6c.tar.gz',
    '1664972f9cc2d6e8fce3b63e42cd30078aff602669c5856939c4519921200433',
  ],
];

/** @param {string} root where node_modules/electron is */
export function mirrorList(root) {
  const electron = join(root, 'node_modules', 'electron');
  const { version } = JSON.parse(readFileSync(join(electron, 'package.json'), 'utf8'));
  const checksums = JSON.parse(readFileSync(join(electron, 'checksums.json'), 'utf8'));
  return {
    format: 'sallyport.mirror/1',
    files: [
      ...ELECTRON.map((target) => {
        const name = `electron-v${version}-${target}.zip`;
        return { for: target, name, url: `${RELEASES}/v${version}/${name}`, sha256: checksums[name] };
      }),
      ...TOOLS.map(([platform, release, name, sha256]) => ({
        for: platform,
        name,
        url: `${BINARIES}/${release}/${name}`,
        cache: `${release}/${name}`,
        sha256,
      })),
    ],
    debian: ['dpkg', 'rpm', 'xz-utils', 'findutils', 'nodejs (>= 20.18)'],
    environment: {
      ELECTRON_ZIPS: 'directory with the Electron archives',
      ELECTRON_BUILDER_CACHE: 'directory with the tools, each under its “cache” path',
      SOURCE_DATE_EPOCH: 'seconds since 1970, for all times in the packages; default: the commit’s',
      CSC_LINK: 'certificate that signs on Windows and macOS (electron-builder)',
      CSC_KEY_PASSWORD: 'its password (electron-builder)',
    },
  };
}
