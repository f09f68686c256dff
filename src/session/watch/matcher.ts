/**
 * Finds watchwords in messages. All words of all lists are one tree of their words, so that what a message costs depends on
 * its length and not on how many words are watched for; nothing in it goes back over the text.
 */
import { foldText } from '../../shared/folded-text.ts';
import type { WatchwordList } from '../../shared/watch-contract.ts';
import { parseWatchword, type Token, tokensOf } from '../../shared/watchwords.ts';

/** Different watchwords that are told of in one message. */
const MAX_HITS = 32;
/** Characters between two words of a phrase: a space, a hyphen, a comma with a space. No line break is among them. */
const MAX_BETWEEN = 3;

/** A watchword that a text holds. */
export interface WatchHit<List extends WatchwordList = WatchwordList> {
  readonly list: List;
  /** As the list writes it. */
  readonly word: string;
  /** Where it stands first, in UTF-16 code units of the text. */
  readonly start: number;
  readonly end: number;
}

interface Entry<List> {
  readonly list: List;
  readonly word: string;
}

interface Node<List> {
  readonly next: Map<string, Node<List>>;
  /** Watchwords that end with this word. */
  readonly ends: Entry<List>[];
  /** By the beginning that the next word has to have. */
  readonly prefixes: Map<string, Entry<List>[]>;
  /** The lengths of these beginnings, each once. */
  readonly prefixLengths: Set<number>;
}

function emptyNode<List>(): Node<List> {
  return { next: new Map(), ends: [], prefixes: new Map(), prefixLengths: new Set() };
}

export class WatchwordMatcher<List extends WatchwordList = WatchwordList> {
  readonly #root: Node<List> = emptyNode();
  #empty = true;

  /** Words that are no watchwords are left out. */
  constructor(lists: readonly List[]) {
    for (const list of lists) for (const word of list.words) this.#add({ list, word });
  }

  /** The watchwords that the text holds, each once for each list that has it, in the order in which they stand; at most 32. */
  find(text: string): readonly WatchHit<List>[] {
    if (this.#empty) return [];
    const folded = foldText(text);
    const tokens = tokensOf(folded.text);
    const seen = new Set<Entry<List>>();
    const hits: WatchHit<List>[] = [];
    const take = (entries: readonly Entry<List>[], first: Token, last: Token): void => {
      for (const entry of entries) {
        if (seen.has(entry) || hits.length >= MAX_HITS) continue;
        seen.add(entry);
        hits.push({ ...entry, start: folded.originalAt(first.start), end: folded.originalAt(last.end) });
      }
    };
    for (let at = 0; at < tokens.length && hits.length < MAX_HITS; at += 1) {
      this.#walk(tokens, at, folded.text, take);
    }
    return hits;
  }

  /** Goes down the tree with the words from `at` on, as long as they go on with a watchword. */
  #walk(
    tokens: readonly Token[],
    at: number,
    text: string,
    take: (entries: readonly Entry<List>[], first: Token, last: Token) => void,
  ): void {
    let node: Node<List> | undefined = this.#root;
    const first = tokens[at];
    for (let index = at; first !== undefined && node !== undefined; index += 1) {
      const token = tokens[index];
      if (token === undefined) return;
      const before = index === at ? undefined : tokens[index - 1];
      if (before !== undefined && !isTogether(text, before, token)) return;
      for (const length of node.prefixLengths) {
        const entries =
          length <= token.text.length ? node.prefixes.get(token.text.slice(0, length)) : undefined;
        if (entries !== undefined) take(entries, first, token);
      }
      node = node.next.get(token.text);
      if (node !== undefined) take(node.ends, first, token);
    }
  }

  #add(entry: Entry<List>): void {
    const pattern = parseWatchword(entry.word);
    if (pattern === undefined) return;
    this.#empty = false;
    const { tokens, prefix } = pattern;
    let node = this.#root;
    for (const token of prefix ? tokens.slice(0, -1) : tokens) {
      let next = node.next.get(token);
      if (next === undefined) {
        next = emptyNode();
        node.next.set(token, next);
      }
      node = next;
    }
    if (!prefix) {
      node.ends.push(entry);
      return;
    }
    const beginning = tokens.at(-1) ?? '';
    node.prefixLengths.add(beginning.length);
    const entries = node.prefixes.get(beginning);
    if (entries === undefined) node.prefixes.set(beginning, [entry]);
    else entries.push(entry);
  }
}

function isTogether(text: string, before: Token, token: Token): boolean {
  if (token.start - before.end > MAX_BETWEEN) return false;
  return !/[\n\r\u2028\u2029]/u.test(text.slice(before.end, token.start));
}
