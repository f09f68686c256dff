/**
 * electron-builder's configuration for all platforms, as a pure function. electron-builder checks it against its own
 * schema before it builds; `--check` does the same for the platforms that cannot be built here.
 */

/** What Chromium and Node bring along but nobody reads at run time. */
const UNWANTED = ['!**/*.map', '!**/*.ts', '!**/*.test.*'];

/** The command lines have no business in the archive: with the fuse run-as-node off nothing can start them from there. */
const CLI_FILES = ['!sallyport-*.cjs'];

/**
 * @typedef {object} Facts
 * @property {import('./product.mjs').Product} product
 * @property {import('./organisation.mjs').Organisation} organisation
 * @property {string} version
 * @property {string} electronVersion
 * @property {string | undefined} electronDist directory of the unpacked release; without it electron-builder looks for the zip
 * @property {string} stage the staged project: `app`, `cli`, `linux`
 * @property {string} icons
 * @property {string} macFiles entitlements
 * @property {string} output
 * @property {'xz' | 'gzip'} compression
 * @property {Partial<Record<'linux' | 'win' | 'mac', readonly string[]>>} targets
 * @property {string} arch
 * @property {readonly string[]} linuxMappings arguments for fpm: further files of the Linux packages
 * @property {(context: object) => Promise<void>} [afterPack]
 */

function linux({ product, organisation, targets, arch, stage, compression, linuxMappings, version, icons }) {
  const scripts = `${stage}/linux`;
  const extra = [
    ...product.conflicts.flatMap((name) => ['--conflicts', name]),
    '--before-install',
    `${scripts}/preinst`,
    '--before-remove',
    `${scripts}/prerm`,
    ...linuxMappings,
  ];
  const common = {
    afterInstall: `${scripts}/postinst`,
    afterRemove: `${scripts}/postrm`,
    appArmorProfile: `${scripts}/apparmor-profile`,
    packageName: product.name,
    fpm: extra,
  };
  return {
    linux: {
      target: (targets.linux ?? []).map((target) => ({ target, arch: [arch] })),
      executableName: product.name,
      icon: `${icons}/png`,
      category: 'Network;InstantMessaging',
      maintainer: organisation.maintainer,
      vendor: organisation.name,
      synopsis: `Hardened XMPP client of ${organisation.name}`,
      description: `Chat under a policy that ${organisation.name} signs, with a smart card and one approved server.`,
      desktop: { entry: { Name: product.title, StartupWMClass: 'Sallyport' } },
    },
    deb: {
      ...common,
      compression: compression === 'xz' ? 'xz' : 'gz',
      packageCategory: 'net',
      priority: 'optional',
      artifactName: `${product.name}_${version}_\${arch}.\${ext}`,
      depends: [
        'libgtk-3-0 | libgtk-3-0t64',
        'libnss3',
        'libasound2 | libasound2t64',
        'libgbm1',
        'libatspi2.0-0 | libatspi2.0-0t64',
        'libsecret-1-0',
        'libssl3 | libssl3t64',
        'libpcsclite1',
        ...organisation.packages.deb,
      ],
      recommends: ['pcscd', 'gnome-keyring | libsecret-1-0'],
    },
    rpm: {
      ...common,
      compression: compression === 'xz' ? 'xzmt' : 'gzip',
      artifactName: `${product.name}-${version}.\${arch}.\${ext}`,
      depends: [
        'gtk3',
        'nss',
        'alsa-lib',
        'mesa-libgbm',
        'at-spi2-core',
        'libsecret',
        'openssl-libs >= 3.0',
        'pcsc-lite-libs',
        ...organisation.packages.rpm,
      ],
    },
  };
}

/** MSI and NSIS for the whole computer, into C:\Program Files, where users cannot write. Nothing starts by itself. */
function windows({ product, organisation, targets, arch, icons }) {
  return {
    win: {
      target: (targets.win ?? []).map((target) => ({ target, arch: [arch] })),
      executableName: product.name,
      icon: `${icons}/icon.ico`,
      legalTrademarks: organisation.name,
      requestedExecutionLevel: 'asInvoker',
      signtoolOptions: { signingHashAlgorithms: ['sha256'] },
      signExts: ['.node'],
    },
    msi: {
      perMachine: true,
      oneClick: false,
      runAfterFinish: false,
      createDesktopShortcut: false,
      createStartMenuShortcut: true,
      upgradeCode: product.upgradeCode,
      warningsAsErrors: true,
    },
    nsis: {
      perMachine: true,
      oneClick: false,
      allowElevation: true,
      allowToChangeInstallationDirectory: false,
      selectPerMachineByDefault: true,
      runAfterFinish: false,
      createDesktopShortcut: false,
      deleteAppDataOnUninstall: false,
      differentialPackage: false,
      packElevateHelper: false,
      warningsAsErrors: true,
    },
  };
}

/** Hardened runtime with the one entitlement that V8 cannot do without; only the token process may load a vendor's library. */
function mac({ product, targets, arch, icons, macFiles }) {
  return {
    mac: {
      target: (targets.mac ?? []).map((target) => ({ target, arch: [arch] })),
      icon: `${icons}/icon.icns`,
      executableName: product.name,
      category: 'public.app-category.social-networking',
      hardenedRuntime: true,
      gatekeeperAssess: false,
      strictVerify: true,
      entitlements: `${macFiles}/entitlements.plist`,
      entitlementsInherit: `${macFiles}/entitlements-inherit.plist`,
      notarize: false,
      minimumSystemVersion: '13.0',
      darkModeSupport: true,
    },
    pkg: {
      allowAnywhere: false,
      allowCurrentUserHome: false,
      allowRootDirectory: true,
      isRelocatable: false,
      isVersionChecked: true,
      hasStrictIdentifier: true,
      overwriteAction: 'upgrade',
      installLocation: '/Applications',
    },
    dmg: { sign: false, writeUpdateInfo: false },
  };
}

/**
 * @param {Facts} facts
 * @returns {import('electron-builder').Configuration}
 */
export function configuration(facts) {
  const { product, organisation, stage, output, electronVersion, electronDist, afterPack, icons } = facts;
  return {
    appId: product.appId,
    productName: product.directory,
    copyright: organisation.copyright,
    electronVersion,
    ...(electronDist === undefined ? {} : { electronDist }),
    npmRebuild: false,
    nodeGypRebuild: false,
    publish: null,
    directories: { app: `${stage}/app`, output, buildResources: icons },
    asar: { smartUnpack: false },
    asarUnpack: ['**/*.node'],
    files: [
      '**/*',
      ...CLI_FILES,
      ...UNWANTED,
      { from: `${stage}/app/node_modules`, to: 'node_modules', filter: ['**/*', ...UNWANTED] },
    ],
    extraResources: [
      { from: `${stage}/cli`, to: 'cli', filter: ['**/*', ...UNWANTED] },
      { from: `${stage}/cli/node_modules`, to: 'cli/node_modules', filter: ['**/*', ...UNWANTED] },
    ],
    ...(afterPack === undefined ? {} : { afterPack }),
    ...linux(facts),
    ...windows(facts),
    ...mac(facts),
  };
}
