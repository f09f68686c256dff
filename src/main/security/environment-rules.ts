/**
 * Which environment variables keep Sallyport from starting.
 *
 * Desktops set dozens of variables that nobody can list, so this is the one place with a deny-list: whole families by
 * prefix (a new member of a family is refused without a change here), single names, and a few names whose value
 * decides. Names are compared without regard to case, as Windows does.
 */

/** Families that steer the runtime, the loader, the cryptographic libraries or the card's libraries. */
const REFUSED_PREFIXES = [
  // The runtime: run as Node, no sandbox, logging of internals, debuggers, extra certificates.
  'ELECTRON_',
  'NODE_',
  'CHROME_',
  'CHROMIUM_',
  'V8_',
  // The dynamic loader and the C library: code of someone else's choice in every process.
  'LD_',
  'DYLD_',
  'GLIBC_',
  'MALLOC_',
  // OpenSSL, PKCS#11 and PC/SC: other configuration, engines, providers, modules, traces of PIN and keys.
  'OPENSSL_',
  'SSL_CERT_',
  'OPENSC_',
  'PKCS11_',
  'P11_KIT_',
  'PCSCLITE_',
  'LIBPCSCLITE_',
  'SOFTHSM2_',
  // Drivers, layers and plug-ins that the graphics and audio processes load.
  'VK_ADD_',
  'VK_LAYER_',
  'VK_INSTANCE_',
  'LIBGL_DRIVERS_',
  'LIBVA_DRIVERS_',
  '__EGL_VENDOR_',
  'ALSA_CONFIG_',
  'ALSA_PLUGIN_',
  'PIPEWIRE_',
  'SPA_',
  // Sallyport reads no variable of its own; one that claims to be ours is a mistake or a trick.
  'SALLYPORT_',
] as const;

const REFUSED_NAMES = [
  'SSLKEYLOGFILE',
  'SECRET_BACKEND',
  'SECRET_FILE_TEST_PATH',
  'GCONV_PATH',
  // What the C library itself ignores in setuid programs: other locales, other answers to names.
  'GETCONF_DIR',
  'HOSTALIASES',
  'LOCALDOMAIN',
  'LOCPATH',
  'RESOLV_HOST_CONF',
  'RES_OPTIONS',
  'GTK_DEBUG',
  'GTK_PATH',
  'GTK_EXE_PREFIX',
  'GTK_IM_MODULE_FILE',
  'GDK_PIXBUF_MODULE_FILE',
  'GDK_PIXBUF_MODULEDIR',
  'GIO_EXTRA_MODULES',
  'GIO_MODULE_DIR',
  'GSETTINGS_BACKEND_PATH',
  'GBM_BACKENDS_PATH',
  'VK_DRIVER_FILES',
  'VK_ICD_FILENAMES',
  'VDPAU_DRIVER_PATH',
  'GOOGLE_API_KEY',
  'UV_USE_IO_URING',
] as const;

/** Names that ordinary desktops set; only values that cannot name a file of someone's choice are accepted. */
const CONDITIONAL: Readonly<Record<string, RegExp>> = {
  // Lists of module names (Debian: `gail:atk-bridge`); a path would be a library to load.
  GTK_MODULES: /^[\w:-]*$/,
  GTK3_MODULES: /^[\w:-]*$/,
  GTK_IM_MODULE: /^[\w-]*$/,
  // Names that are put between a directory and an ending: with a slash they name any library.
  GBM_BACKEND: /^[\w-]*$/,
  LIBVA_DRIVER_NAME: /^[\w-]*$/,
  MESA_LOADER_DRIVER_OVERRIDE: /^[\w-]*$/,
  VDPAU_DRIVER: /^[\w-]*$/,
  // Set by Chromium itself for its children, and by every program that was started from one.
  CHROME_DESKTOP: /^[\w.-]*$/,
  // Wayland desktops choose the display protocol with it.
  ELECTRON_OZONE_PLATFORM_HINT: /^(?:auto|wayland|x11)$/,
};

/** The first variable that is refused, or `undefined`. An empty value counts: some are switches by being set. */
export function refusedVariable(
  env: Readonly<Record<string, string | undefined>>,
  accepted: readonly string[],
): string | undefined {
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || accepted.includes(name)) continue;
    const upper = name.toUpperCase();
    const condition = Object.hasOwn(CONDITIONAL, upper) ? CONDITIONAL[upper] : undefined;
    if (condition !== undefined) {
      if (!condition.test(value)) return name;
      continue;
    }
    if (REFUSED_NAMES.some((refused) => refused === upper)) return name;
    if (REFUSED_PREFIXES.some((prefix) => upper.startsWith(prefix))) return name;
  }
  return undefined;
}
