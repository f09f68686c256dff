/**
 * XEP-0055 Jabber Search, version 1.3, with forms (3): people in the organisation's directory. The service is `directory.` and the
 * own domain; it is asked for its form once a session, and of the form only the fields are filled in that are known here.
 */

import { type DataForm, FORM_LIMITS, type FormAnswer, isMultiple } from '../../shared/data-form.ts';
import {
  type DirectorySearch,
  type FoundPerson,
  isSearch,
  MAX_FACT,
  MAX_FOUND,
} from '../../shared/directory.ts';
import { safeText } from '../../shared/display-name.ts';
import { AppError } from '../../shared/errors.ts';
import { type BareJid, toBareJid } from '../../shared/jid.ts';
import type { Extension, ExtensionHost } from '../extension.ts';
import { NS } from '../namespaces.ts';
import { buildAnswer, readForm } from '../xep-0004-data-forms/forms.ts';
import { childOf, childText, type Element, elementsOf, xml } from '../xml.ts';

/** What is asked for and found, by the names that fields have: LDAP's attributes, and a vCard's elements. */
const NAMES: Readonly<Record<keyof DirectorySearch, readonly string[]>> = {
  name: ['displayName', 'FN', 'cn', 'name'],
  title: ['title', 'TITLE'],
  unit: ['ou', 'ORGUNIT'],
};
const PARTS = ['name', 'title', 'unit'] as const;

export interface Found {
  readonly people: readonly FoundPerson[];
  /** False: there are more than are shown. */
  readonly complete: boolean;
}

export class Search implements Extension {
  readonly #host: ExtensionHost;
  #form: DataForm | undefined;

  constructor(host: ExtensionHost) {
    this.#host = host;
  }

  onNewSession(): void {
    this.#form = undefined;
  }

  /**
   * People who fit all that is asked. Rejects with DIRECTORY_OFF where the policy has no directory, DIRECTORY_SEARCH_SHORT,
   * DIRECTORY_UNAVAILABLE where the service cannot be asked this, MESSAGE_REFUSED, STREAM_TIMEOUT, NOT_CONNECTED.
   */
  async find(wanted: DirectorySearch): Promise<Found> {
    const { guard, requests } = this.#host;
    if (!guard.policy.directory) throw new AppError('DIRECTORY_OFF');
    if (!isSearch(wanted)) throw new AppError('DIRECTORY_SEARCH_SHORT');
    const service = `directory.${guard.domain}`;
    this.#form ??= formIn(await requests.send('get', xml('query', { xmlns: NS.search }), service));
    const answers = this.#answers(wanted);
    if (this.#form === undefined || answers === undefined) throw new AppError('DIRECTORY_UNAVAILABLE');
    const query = xml('query', { xmlns: NS.search }, buildAnswer(this.#form, answers));
    return this.#read(await requests.send('set', query, service));
  }

  /** The fields to fill in; `undefined` where the form does not ask for something that is wanted. */
  #answers(wanted: DirectorySearch): readonly FormAnswer[] | undefined {
    const answers: FormAnswer[] = [];
    for (const part of PARTS) {
      const text = wanted[part].trim();
      if (text === '') continue;
      const field = NAMES[part]
        .map((name) => this.#form?.fields.find((candidate) => candidate.name === name))
        .find((candidate) => candidate !== undefined && !isMultiple(candidate.type));
      if (field === undefined) return undefined;
      answers.push({ name: field.name, values: [text] });
    }
    return answers;
  }

  #read(answer: Element): Found {
    const people = new Map<BareJid, FoundPerson>();
    for (const cells of rowsOf(answer)) {
      const jid = toBareJid(cells.get('jid') ?? '');
      const address = jid === undefined ? undefined : this.#host.guard.resolve(jid);
      // Only people with whom the policy lets this user talk.
      if (jid === undefined || address?.local === undefined || !(address.own || address.partner)) continue;
      const [name = '', title = '', unit = ''] = PARTS.map((part) => {
        const text = NAMES[part].map((column) => cells.get(column)).find((value) => value !== undefined);
        return safeText(text ?? '', MAX_FACT);
      });
      people.set(jid, { jid, name, title, unit });
    }
    const found = [...people.values()].sort((left, right) => left.name.localeCompare(right.name));
    return { people: found.slice(0, MAX_FOUND), complete: found.length <= MAX_FOUND };
  }
}

/** The found, as names and texts. What a row says counts, not what was announced of it: ejabberd announces no address. */
function rowsOf(answer: Element): ReadonlyMap<string, string>[] {
  const query = childOf(answer, 'query', NS.search);
  const form = query === undefined ? undefined : childOf(query, 'x', NS.dataForms);
  if (form?.attrs.type !== 'result') return [];
  return elementsOf(form)
    .filter((item) => item.is('item', NS.dataForms))
    .slice(0, FORM_LIMITS.rows)
    .map((item) => {
      const fields = elementsOf(item).slice(0, FORM_LIMITS.columns);
      return new Map(
        fields.map((field) => [field.attrs.var ?? '', childText(field, 'value', NS.dataForms) ?? '']),
      );
    });
}

function formIn(answer: Element): DataForm | undefined {
  const query = childOf(answer, 'query', NS.search);
  return query === undefined ? undefined : readForm(query);
}
