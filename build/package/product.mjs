/** What a package is called. A package of the development runtime is called otherwise, and can't be taken for the product. */

/**
 * @typedef {object} Product
 * @property {string} name package, executable and file name
 * @property {string} directory directory below /opt, C:\Program Files or /Applications
 * @property {string} title what people read
 * @property {string} appId reverse domain name; also macOS' bundle identifier
 * @property {string} upgradeCode of the MSI: one for all versions, so that a newer one replaces an older one
 * @property {readonly string[]} conflicts packages that cannot be installed beside it
 * @property {boolean} development
 */

/** @type {Product} */
const PRODUCTION = {
  name: 'sallyport',
  directory: 'Sallyport',
  title: 'Sallyport',
  appId: 'org.sallyport.client',
  upgradeCode: '6D1C8B7E-2B0C-5C0E-9E39-0E6C1E7F6A11',
  conflicts: ['sallyport-development'],
  development: false,
};

/** @type {Product} */
const DEVELOPMENT = {
  name: 'sallyport-development',
  directory: 'Sallyport-DEVELOPMENT',
  title: 'Sallyport (DEVELOPMENT RUNTIME, not for use)',
  appId: 'org.sallyport.client.development',
  upgradeCode: '0B5E9B3C-9C0A-5F1E-8C52-57C0F0F0D1A2',
  conflicts: ['sallyport'],
  development: true,
};

/** @param {boolean} development */
export function productFor(development) {
  return development ? DEVELOPMENT : PRODUCTION;
}
