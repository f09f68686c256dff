/**
 * The guard's rules for PubSub (XEP-0060) at the own account (XEP-0163, XEP-0223): one table of nodes. What a node holds is bound
 * to its row; what is asked or kept goes to the own account alone. Events come from it, and, of what the
 * policy lets people tell of themselves, from contacts.
 */
import { ACTIVITIES } from '../../shared/presence-extras.ts';
import type { GuardPolicy } from '../../shared/session-contract.ts';
import { NS } from '../namespaces.ts';
import { childOf, type Element, elementsOf, textOf } from '../xml.ts';
import { names } from './common-shapes.ts';
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

/** What else XEP-0080 3 has: other clients say it, nobody here reads it, and of it only that it is there comes in. */
const EMPTIED = [
  'alt',
  'altaccuracy',
  'area',
  'bearing',
  'building',
  'country',
  'countrycode',
  'datum',
  'error',
  'floor',
  'locality',
  'postalcode',
  'region',
  'room',
  'speed',
  'street',
  'text',
  'tzo',
  'uri',
];

/** XEP-0080: where somebody is, in numbers and words. */
const POSITION: TableEntries = {
  [NS.geoloc]: {
    geoloc: shape({
      children: {
        [NS.geoloc]: {
          ...names(EMPTIED, EMPTY),
          ...names(['accuracy', 'description', 'lat', 'lon', 'timestamp'], SHORT),
        },
      },
    }),
  },
};

/** XEP-0108: what somebody does, in general, and words. */
const ACTIVITY: TableEntries = {
  [NS.activity]: {
    activity: shape({ children: { [NS.activity]: { ...names(ACTIVITIES, EMPTY), text: SHORT } } }),
  },
};

interface NodeRule {
  /** What an item of this node holds. */
  readonly payload: TableEntries;
  /** XEP-0060 4.5: who may read the node that this client publishes to. With `presence`, contacts' events come in as well. */
  readonly accessModel: 'whitelist' | 'presence';
  /** Whether the policy has it. */
  offered(policy: Offered): boolean;
}

/** What a policy says of personal events. */
export type Offered = Pick<GuardPolicy, 'location' | 'activity'>;

/** The nodes in use. */
const NODES: ReadonlyMap<string, NodeRule> = new Map<string, NodeRule>([
  [NS.bookmarks, { payload: BOOKMARK, accessModel: 'whitelist', offered: () => true }],
  [NS.geoloc, { payload: POSITION, accessModel: 'presence', offered: ({ location }) => location }],
  [NS.activity, { payload: ACTIVITY, accessModel: 'presence', offered: ({ activity }) => activity }],
]);

function ruleOf(node: string | undefined, policy: Offered): NodeRule | undefined {
  const rule = NODES.get(node ?? '');
  return rule?.offered(policy) === true ? rule : undefined;
}

const ITEM_ID = shape({ attrs: ['id'] });
const NODE = shape({ attrs: ['node'] });

export const PUBSUB_GET: TableEntries = {
  [NS.pubsub]: {
    pubsub: shape({ children: { [NS.pubsub]: { items: shape({ attrs: ['node', 'max_items'] }) } } }),
  },
};

/** The parts of the table that hold items. */
export interface PubsubTables {
  readonly set: TableEntries;
  readonly result: TableEntries;
  readonly event: TableEntries;
}

export function pubsubTables(policy: Offered): PubsubTables {
  const offered = [...NODES.values()].filter((rule) => rule.offered(policy));
  const payloads: TableEntries = Object.assign({}, ...offered.map(({ payload }) => payload));
  const item: Shape = shape({ attrs: ['id', 'publisher'], children: payloads });
  const set = {
    publish: shape({ attrs: ['node'], children: { [NS.pubsub]: { item } } }),
    retract: shape({ attrs: ['node', 'notify'], children: { [NS.pubsub]: { item: ITEM_ID } } }),
    'publish-options': shape({ children: FORM_SUBMITTED }),
  };
  const result = {
    items: shape({ attrs: ['node'], children: { [NS.pubsub]: { item } } }),
    publish: shape({ attrs: ['node'], children: { [NS.pubsub]: { item: ITEM_ID } } }),
  };
  const event = {
    items: shape({ attrs: ['node'], children: { [NS.pubsubEvent]: { item, retract: ITEM_ID } } }),
    purge: NODE,
    delete: NODE,
  };
  return {
    set: { [NS.pubsub]: { pubsub: shape({ children: { [NS.pubsub]: set } }) } },
    result: { [NS.pubsub]: { pubsub: shape({ children: { [NS.pubsub]: result } }) } },
    event: { [NS.pubsubEvent]: { event: shape({ children: { [NS.pubsubEvent]: event } }) } },
  };
}

/** Whether every item of that node holds nothing but what its row says. */
function holdsOnly(items: Element, { payload }: NodeRule): boolean {
  return elementsOf(items).every((each) =>
    elementsOf(each).every((child) => payload[child.getNS() ?? '']?.[child.name] !== undefined),
  );
}

/** What is published says itself who may read it, so that a server that would show it to others takes nothing. */
export function isKept(pubsub: Element, rule: Pick<NodeRule, 'accessModel'>): boolean {
  const options = childOf(pubsub, 'publish-options', NS.pubsub);
  const form = options === undefined ? undefined : childOf(options, 'x', NS.dataForms);
  if (form === undefined) return false;
  const access = elementsOf(form).filter((field) => field.attrs.var === 'pubsub#access_model');
  const [model] = access;
  const [value, second] = model === undefined ? [] : elementsOf(model);
  if (access.length !== 1 || value === undefined || second !== undefined) return false;
  return textOf(value) === rule.accessModel;
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
  const rule = ruleOf(wish?.attrs.node, config.policy);
  if (wish === undefined || rule === undefined || third !== undefined) return refuse('payload');
  if (type === 'get') {
    const isOwn = wish.name === 'items' && options === undefined && rule.accessModel === 'whitelist';
    return isOwn ? undefined : refuse('payload');
  }
  if (wish.name === 'retract') return options === undefined ? undefined : refuse('payload');
  const passes = wish.name === 'publish' && holdsOnly(wish, rule) && isKept(pubsub, rule);
  return passes ? undefined : refuse('payload');
}

/** The own account tells of everything in use; contacts whose presence this user sees, of what is theirs (XEP-0163 4.3). */
function mayTell(peer: Address | undefined, { accessModel }: NodeRule, config: GuardConfig): boolean {
  if (isOwnAccount(peer, config)) return true;
  if (accessModel !== 'presence' || peer === undefined || peer.resource !== undefined) return false;
  return (peer.own || peer.partner) && peer.local !== undefined && config.seesPresence(peer.bare);
}

/** Events (XEP-0060 7.1.2.1, XEP-0163 4): of nodes that are in use, from whoever may tell of them. */
export function judgeEvent(
  message: Element,
  peer: Address | undefined,
  config: GuardConfig,
): Refusal | undefined {
  const event = childOf(message, 'event', NS.pubsubEvent);
  if (event === undefined) return undefined;
  const [change, second] = elementsOf(event);
  const rule = ruleOf(change?.attrs.node, config.policy);
  if (change === undefined || second !== undefined || rule === undefined)
    return refuse('forbidden-namespace');
  if (!mayTell(peer, rule, config) || message.attrs.type === 'groupchat') return refuse('pubsub-sender');
  return holdsOnly(change, rule) ? undefined : refuse('payload');
}
