/**
 * The guard's rules for ad-hoc commands (XEP-0050), where the policy has /features/commands: asked of the own server, room services,
 * rooms and services below the own domain, answered by them, and never run for anybody else. What people or partners offer is
 * not asked for, and no question of that kind comes in.
 */
import { ADHOC_LIMITS } from '../../shared/adhoc-contract.ts';
import { NS } from '../namespaces.ts';
import type { Element } from '../xml.ts';
import { names } from './common-shapes.ts';
import type { Address } from './config.ts';
import { FORM_ASKED, FORM_SUBMITTED } from './forms.ts';
import { shape, type TableEntries } from './shape.ts';
import { type Refusal, refuse } from './verdict.ts';

const EMPTY = shape();
const ACTIONS: ReadonlySet<string> = new Set(['execute', 'prev', 'next', 'complete', 'cancel']);
const STATES: ReadonlySet<string> = new Set(['executing', 'completed', 'canceled']);

function fits({ attrs: { node, sessionid } }: Element): boolean {
  return (
    node !== undefined &&
    node !== '' &&
    node.length <= ADHOC_LIMITS.node &&
    (sessionid === undefined || (sessionid !== '' && sessionid.length <= ADHOC_LIMITS.session))
  );
}

/** What is asked: a stage of a command, with the answers to the form of the stage before. */
export const COMMAND_SET: TableEntries = {
  [NS.commands]: {
    command: shape({
      attrs: ['node', 'sessionid', 'action'],
      children: FORM_SUBMITTED,
      accepts: (command) => fits(command) && ACTIONS.has(command.attrs.action ?? 'execute'),
    }),
  },
};

/** What is answered: forms, notes and the ways that lead on. No addresses to go to, nothing to be run in turn. */
export const COMMAND_RESULT: TableEntries = {
  [NS.commands]: {
    command: shape({
      attrs: ['node', 'sessionid', 'status', 'xml:lang'],
      children: {
        ...FORM_ASKED,
        [NS.commands]: {
          actions: shape({
            attrs: ['execute'],
            children: { [NS.commands]: names(['prev', 'next', 'complete'], EMPTY) },
          }),
          note: shape({ attrs: ['type', 'xml:lang'], text: ADHOC_LIMITS.note }),
        },
      },
      accepts: (command) => fits(command) && STATES.has(command.attrs.status ?? ''),
    }),
  },
};

/** Whom commands are asked of, and who answers: services and rooms, never people, occupants or partners. */
export function offersCommands(peer: Address | undefined): boolean {
  if (peer === undefined || peer.resource !== undefined) return false;
  return peer.room || peer.service !== undefined || (peer.own && peer.local === undefined);
}

/** Going on with a run takes its session id; starting one has none. */
export function judgeCommand(command: Element, peer: Address | undefined): Refusal | undefined {
  if (!offersCommands(peer)) return refuse('command-sender');
  const { sessionid, action = 'execute' } = command.attrs;
  const begins = sessionid === undefined;
  if (begins && (action !== 'execute' || command.children.length > 0)) return refuse('payload');
  return undefined;
}
