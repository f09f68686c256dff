/** Contacts, requests and blocking. */
import {
  MAX_CONTACT_GROUPS,
  MAX_CONTACT_NAME,
  MAX_GROUP_NAME,
  type PeopleCommand,
} from '../../shared/chat-people-commands.ts';
import { type DirectorySearch, MAX_SEARCH } from '../../shared/directory.ts';
import {
  type Activity,
  isActivity,
  isPosition,
  MAX_EXTRA_TEXT,
  type Position,
} from '../../shared/presence-extras.ts';
import { asFields, hasOnly, jidOf, type Parsers, textOf, withJid } from './fields.ts';

/** RFC 7622 3.1: localpart, domainpart and resourcepart, with what stands between them. */
const MAX_ADDRESS = 3071;

export const PEOPLE_PARSERS: Parsers<PeopleCommand> = {
  'put-contact': (fields) => {
    const contact = jidOf(fields.contact);
    const name = lineOf(fields.name, 0, MAX_CONTACT_NAME);
    const groups = groupsOf(fields.groups);
    const { ask } = fields;
    if (!hasOnly(fields, ['type', 'contact', 'name', 'groups', 'ask']) || typeof ask !== 'boolean')
      return undefined;
    if (contact === undefined || name === undefined || groups === undefined) return undefined;
    return { type: 'put-contact', contact, name, groups, ask };
  },
  'remove-contact': (fields) =>
    withJid(fields, 'contact', (contact) => ({ type: 'remove-contact', contact })),
  'answer-contact': (fields) => {
    const contact = jidOf(fields.contact);
    const { accept } = fields;
    if (!hasOnly(fields, ['type', 'contact', 'accept']) || typeof accept !== 'boolean') return undefined;
    return contact && { type: 'answer-contact', contact, accept };
  },
  'block-contact': (fields) => withJid(fields, 'contact', (contact) => ({ type: 'block-contact', contact })),
  'unblock-contact': (fields) => {
    const address = lineOf(fields.address, 1, MAX_ADDRESS);
    if (!hasOnly(fields, ['type', 'address']) || address === undefined) return undefined;
    return { type: 'unblock-contact', address };
  },
  'tell-position': (fields) => {
    if (!hasOnly(fields, ['type', 'position'])) return undefined;
    if (fields.position === undefined) return { type: 'tell-position' };
    const position = positionOf(fields.position);
    return position && { type: 'tell-position', position };
  },
  'tell-activity': (fields) => {
    if (!hasOnly(fields, ['type', 'activity'])) return undefined;
    if (fields.activity === undefined) return { type: 'tell-activity' };
    const activity = activityOf(fields.activity);
    return activity && { type: 'tell-activity', activity };
  },
  'search-directory': (fields) => {
    const search = searchOf(fields.search);
    if (!hasOnly(fields, ['type', 'search'])) return undefined;
    return search && { type: 'search-directory', search };
  },
  'load-profile': (fields) => withJid(fields, 'person', (person) => ({ type: 'load-profile', person })),
};

/** A text of one line. */
export function lineOf(value: unknown, min: number, max: number): string | undefined {
  const text = textOf(value, min, max);
  return text === undefined || /[\t\n\r]/.test(text) ? undefined : text;
}

/** The window says where; when it was so, the session knows. */
function positionOf(value: unknown): Position | undefined {
  const fields = asFields(value);
  if (fields === undefined || !hasOnly(fields, ['latitude', 'longitude', 'description'])) return undefined;
  const { latitude, longitude } = fields;
  const description = lineOf(fields.description, 0, MAX_EXTRA_TEXT);
  if (typeof latitude !== 'number' || typeof longitude !== 'number' || description === undefined)
    return undefined;
  const position = { latitude, longitude, description };
  return isPosition(position) ? position : undefined;
}

function activityOf(value: unknown): Activity | undefined {
  const fields = asFields(value);
  if (fields === undefined || !hasOnly(fields, ['general', 'text'])) return undefined;
  const general = textOf(fields.general, 1, MAX_EXTRA_TEXT);
  const text = lineOf(fields.text, 0, MAX_EXTRA_TEXT);
  if (general === undefined || text === undefined || !isActivity(general)) return undefined;
  return { general, text };
}

function searchOf(value: unknown): DirectorySearch | undefined {
  const fields = asFields(value);
  if (fields === undefined || !hasOnly(fields, ['name', 'title', 'unit'])) return undefined;
  const name = lineOf(fields.name, 0, MAX_SEARCH);
  const title = lineOf(fields.title, 0, MAX_SEARCH);
  const unit = lineOf(fields.unit, 0, MAX_SEARCH);
  if (name === undefined || title === undefined || unit === undefined) return undefined;
  return { name, title, unit };
}

function groupsOf(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_CONTACT_GROUPS) return undefined;
  const groups: string[] = [];
  for (const item of value as readonly unknown[]) {
    const group = lineOf(item, 1, MAX_GROUP_NAME);
    if (group === undefined) return undefined;
    groups.push(group);
  }
  return groups;
}
