/** The tool's settings (sallyport.server/1, README.md), checked before anything is done with them. */
import { isAbsolute } from 'node:path';
import { ToolError } from './errors.mjs';
import { readDocument } from './files.mjs';

const PATHS = ['switch', 'accounts', 'machines', 'log', 'pidFile', 'certificate', 'clientAuthorities'];
const DOMAIN = /^(?=.{1,253}$)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*$/;

/** @param {unknown} value @param {string} name */
function names(value, name) {
  if (value === undefined) return [];
  const good = Array.isArray(value) && value.every((item) => typeof item === 'string' && item !== '');
  if (!good) throw new ToolError(`${name} must be a list of names`);
  return value;
}

/** @param {unknown} value @param {string} name */
function days(value, name) {
  if (!Number.isInteger(value) || value < 1 || value > 36_500) {
    throw new ToolError(`${name} must be a number of days from 1 to 36500`);
  }
  return value;
}

/** @param {Record<string, any>} retention */
function checkRetention(retention) {
  if (typeof retention !== 'object' || retention === null) throw new ToolError('retention must be an object');
  return {
    messageDays: days(retention.messageDays, 'retention.messageDays'),
    auditDays: days(retention.auditDays, 'retention.auditDays'),
    holdUsers: names(retention.holdUsers, 'retention.holdUsers'),
    holdRooms: names(retention.holdRooms, 'retention.holdRooms'),
  };
}

/** @param {string} path @returns {Record<string, any>} */
export function readSettings(path) {
  const settings = readDocument(path, 'sallyport.server/1');
  const { engine, domain } = settings;
  if (engine !== 'prosody' && engine !== 'ejabberd')
    throw new ToolError('engine must be prosody or ejabberd');
  if (typeof domain !== 'string' || !DOMAIN.test(domain)) throw new ToolError('domain is not a domain name');
  for (const name of PATHS) {
    if (typeof settings[name] !== 'string' || !isAbsolute(settings[name])) {
      throw new ToolError(`${name} must be an absolute path`);
    }
  }
  const backup = names(settings.backup, 'backup');
  if (!backup.every(isAbsolute)) throw new ToolError('backup must be a list of absolute paths');
  return {
    ...settings,
    path,
    backup,
    retention: checkRetention(settings.retention ?? { messageDays: 365, auditDays: 2555 }),
  };
}
