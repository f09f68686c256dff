/** What the organisation's directory says of people. Everything is safe to show, of one line and bounded. */
import type { BareJid } from './jid.ts';

/** Longest text of one fact, in UTF-16 code units. */
export const MAX_FACT = 256;
/** People that one search shows. */
export const MAX_FOUND = 100;
/** What is typed into one field of a search: the shortest that is asked, and the longest. */
export const MIN_SEARCH = 2;
export const MAX_SEARCH = 64;

/** Somebody whom a search found; what the directory does not say is empty. */
export interface FoundPerson {
  readonly jid: BareJid;
  readonly name: string;
  readonly title: string;
  readonly unit: string;
}

/** A profile, as the directory has it (XEP-0054); what it does not say is empty. */
export interface Profile {
  readonly name: string;
  /** What somebody is. */
  readonly title: string;
  /** What somebody is there for: the billet. */
  readonly role: string;
  readonly unit: string;
  readonly organisation: string;
  readonly email: string;
  readonly phone: string;
}

/** What is looked for; empty fields are not asked. */
export interface DirectorySearch {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
}

/** Whether there is enough to look for: two letters of something, and no field with less. */
export function isSearch({ name, title, unit }: DirectorySearch): boolean {
  const typed = [name, title, unit].map((text) => text.trim()).filter((text) => text !== '');
  return typed.length > 0 && typed.every(({ length }) => length >= MIN_SEARCH && length <= MAX_SEARCH);
}
