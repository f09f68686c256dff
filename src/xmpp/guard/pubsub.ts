/**
 * The guard's rules for PubSub (XEP-0060) at the own account (XEP-0163, XEP-0223): one table of nodes. What a node holds is bound
 * to its row; what is asked or kept goes to the own account alone, and events come from nobody else.
 */
import { NS } from '../namespaces.ts';
import { childOf, type Element, elementsOf, textOf } from '../xml.ts';
import { type Address, type GuardConfig, isOwnAccount } from './config.ts';
import { FORM_SUBMITTED } from './forms.ts';
import { type Shape, shape, type TableEntries } from './shape.ts';
import { type Refusal, refuse } from './verdict.ts';

const SHORT = shape({ text: 1024 });
const EMPTY = shape();

/**
 * XEP-0402. Passwords of rooms do not travel: of one that another client keeps, and of its extensions, only that they are there
 * comes in.
 */
const BOOKMARK: TableEntries = {
  [NS.bookmarks]: {
    conference: shape({
      attrs: ['name', 'autojoin'],
      children: { [NS.bookmarks]: { nick: SHORT, password: EMPTY, extensions: EMPTY } },
    }),
  },
};

interface NodeRule {
  /** What an item of this node holds. */
  readonly payload: TableEntries;
  /** XEP-0060 4.5: who may read the node that this client publishes to. */
  readonly accessModel: 'whitelist';
}

/** The nodes in use. */
const NODES: ReadonlyMap<string, NodeRule> = new Map([
  [NS.bookmarks, { payload: BOOKMARK, accessModel: 'whitelist' }],
]);

const item = (payload: TableEntries): Shape => shape({ attrs: ['id', 'publisher'], children: payload });
const ALL_PAYLOADS: TableEntries = Object.assign({}, ...[...NODES.values()].map(({ payload }) => payload));
const ITEM = item(ALL_PAYLOADS);
const ITEM_ID = shape({ attrs: ['id'] });

export const PUBSUB_GET: TableEntries = {
  [NS.pubsub]: {
    pubsub: shape({ children: { [NS.pubsub]: { items: shape({ attrs: ['node', 'max_items'] }) } } }),
  },
};

export const PUBSUB_SET: TableEntries = {
  [NS.pubsub]: {
    pubsub: shape({
      children: {
        [NS.pubsub]: {
          publish: shape({ attrs: ['node'], children: { [NS.pubsub]: { item: ITEM } } }),
          retract: shape({ attrs: ['node', 'notify'], children: { [NS.pubsub]: { item: ITEM_ID } } }),
          'publish-options': shape({ children: FORM_SUBMITTED }),
        },
      },
    }),
  },
};

export const PUBSUB_RESULT: TableEntries = {
  [NS.pubsub]: {
    pubsub: shape({
      children: {
        [NS.pubsub]: {
          items: shape({ attrs: ['node'], children: { [NS.pubsub]: { item: ITEM } } }),
          publish: shape({ attrs: ['node'], children: { [NS.pubsub]: { item: ITEM_ID } } }),
        },
      },
    }),
  },
};

const NODE = shape({ attrs: ['node'] });

export const PUBSUB_EVENT: TableEntries = {
  [NS.pubsubEvent]: {
    event: shape({
      children: {
        [NS.pubsubEvent]: {
          items: shape({
            attrs: ['node'],
            children: { [NS.pubsubEvent]: { item: ITEM, retract: ITEM_ID } },
          }),
          purge: NODE,
          delete: NODE,
        },
      },
    }),
  },
};

/** Whether every item of that node holds nothing but what its row says. */
function holdsOnly(items: Element, { payload }: NodeRule): boolean {
  return elementsOf(items).every((each) =>
    elementsOf(each).every((child) => payload[child.getNS() ?? '']?.[child.name] !== undefined),
  );
}

/** What is published says itself who may read it, so that a server that would show it to others takes nothing. */
function isKept(pubsub: Element, rule: NodeRule): boolean {
  const options = childOf(pubsub, 'publish-options', NS.pubsub);
  const form = options === undefined ? undefined : childOf(options, 'x', NS.dataForms);
  if (form === undefined) return false;
  const access = elementsOf(form).filter((field) => field.attrs.var === 'pubsub#access_model');
  const [model] = access;
  const value = model === undefined ? undefined : childOf(model, 'value', NS.dataForms);
  return access.length === 1 && value !== undefined && textOf(value) === rule.accessModel;
}

/** A question or a change of ours. */
export function judgePubsub(
  pubsub: Element,
  type: string,
  peer: Address | undefined,
  config: GuardConfig,
): Refusal | undefined {
  if (!isOwnAccount(peer, config)) return refuse('pubsub-sender');
  const [wish, options, third] = elementsOf(pubsub);
  const rule = NODES.get(wish?.attrs.node ?? '');
  if (wish === undefined || rule === undefined || third !== undefined) return refuse('payload');
  if (type === 'get') return wish.name === 'items' && options === undefined ? undefined : refuse('payload');
  if (wish.name === 'retract') return options === undefined ? undefined : refuse('payload');
  const passes = wish.name === 'publish' && holdsOnly(wish, rule) && isKept(pubsub, rule);
  return passes ? undefined : refuse('payload');
}

/** Events (XEP-0060 7.1.2.1, XEP-0163 4): of nodes that are in use, and only from the own account. */
export function judgeEvent(
  message: Element,
  peer: Address | undefined,
  config: GuardConfig,
): Refusal | undefined {
  const event = childOf(message, 'event', NS.pubsubEvent);
  if (event === undefined) return undefined;
  const [change, second] = elementsOf(event);
  const rule = NODES.get(change?.attrs.node ?? '');
  if (change === undefined || second !== undefined || rule === undefined)
    return refuse('forbidden-namespace');
  if (!isOwnAccount(peer, config) || message.attrs.type === 'groupchat') return refuse('pubsub-sender');
  return holdsOnly(change, rule) ? undefined : refuse('payload');
}
