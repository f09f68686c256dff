/** Reading LDIF (RFC 2849) as `ldapsearch -LLL` prints it. */

/**
 * The entries of a search's answer. Names of attributes in lower case, without options; the first value of each.
 *
 * @param {string} text
 * @returns {Map<string, string>[]}
 */
export function entriesOf(text) {
  const entries = [];
  let entry = new Map();
  const finish = () => {
    if (entry.has('dn')) entries.push(entry);
    entry = new Map();
  };
  // A line that begins with a space goes on from the one before it.
  for (const line of text.replaceAll(/\r?\n /g, '').split(/\r?\n/)) {
    if (line === '') {
      finish();
      continue;
    }
    const match = /^([A-Za-z0-9.-]+)(?:;[A-Za-z0-9;-]*)?:(:?) ?(.*)$/.exec(line);
    if (match === null) continue;
    const [, name, encoded, value] = match;
    const key = name.toLowerCase();
    if (!entry.has(key))
      entry.set(key, encoded === ':' ? Buffer.from(value, 'base64').toString('utf8') : value);
  }
  finish();
  return entries;
}
