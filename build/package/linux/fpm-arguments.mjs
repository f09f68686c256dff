/** The arguments that electron-builder's FpmTarget gives to `fpm`, and the two of our own. */

const LISTS = {
  '-d': 'depends',
  '--depends': 'depends',
  '--deb-recommends': 'recommends',
  '--conflicts': 'conflicts',
  '--link': 'links',
};
const SINGLES = {
  '-s': 'source',
  '-t': 'target',
  '--name': 'name',
  '--version': 'version',
  '--iteration': 'iteration',
  '--architecture': 'architecture',
  '--maintainer': 'maintainer',
  '--vendor': 'vendor',
  '--url': 'url',
  '--license': 'license',
  '--description': 'description',
  '--rpm-summary': 'summary',
  '--category': 'category',
  '--deb-priority': 'priority',
  '--deb-compression': 'compression',
  '--rpm-compression': 'compression',
  '--before-install': 'beforeInstall',
  '--after-install': 'afterInstall',
  '--before-remove': 'beforeRemove',
  '--after-remove': 'afterRemove',
  '--package': 'package',
};
const IGNORED = new Set(['--force', '--debug', '--rpm-os', 'linux', '--log', 'debug']);

function pair(text) {
  const at = text.lastIndexOf('=');
  if (at < 1) throw new Error(`not of the form source=target: ${text}`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/**
 * @param {readonly string[]} argv
 * @throws {Error} for an argument that is not known: a newer electron-builder means something by it
 */
export function parseFpmArguments(argv) {
  const options = { depends: [], recommends: [], conflicts: [], links: [], sources: [] };
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i];
    const [name, inline] = /^(--[a-z-]+)=([\s\S]*)$/.exec(argument)?.slice(1) ?? [argument];
    const value = () => inline ?? argv[++i] ?? '';
    if (LISTS[name] !== undefined) {
      const given = value();
      options[LISTS[name]].push(name === '--link' ? pair(given) : given);
    } else if (SINGLES[name] !== undefined) options[SINGLES[name]] = value();
    else if (argument.startsWith('/') && argument.includes('=')) options.sources.push(pair(argument));
    else if (!IGNORED.has(name)) throw new Error(`not an argument that is known: ${argument.slice(0, 200)}`);
  }
  for (const needed of ['target', 'name', 'version', 'architecture', 'maintainer', 'package'])
    if (!options[needed]) throw new Error(`--${needed} is missing`);
  return options;
}
