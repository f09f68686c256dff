/** The stanzas of XEP-0050: what is asked, and what an answer is read as. */
import {
  ADHOC_LIMITS,
  ADHOC_STEPS,
  type AdHocCommand,
  type AdHocNote,
  type AdHocStage,
  type AdHocStep,
} from '../../shared/adhoc-contract.ts';
import type { DataForm, FormAnswer } from '../../shared/data-form.ts';
import { safeText } from '../../shared/display-name.ts';
import { NS } from '../namespaces.ts';
import { buildAnswer, readForm } from '../xep-0004-data-forms/forms.ts';
import { childOf, type Element, elementsOf, textOf, xml } from '../xml.ts';

/** XEP-0050 2.2: the list of commands. */
export function buildList(): Element {
  return xml('query', { xmlns: NS.discoItems, node: NS.commands });
}

/** The commands in an answer of `service`: its own, each once; what it says others offer is left out. */
export function readList(answer: Element, service: string): readonly AdHocCommand[] {
  const query = childOf(answer, 'query', NS.discoItems);
  const commands = new Map<string, AdHocCommand>();
  for (const item of query === undefined ? [] : elementsOf(query)) {
    if (commands.size >= ADHOC_LIMITS.commands) break;
    const { jid, node = '', name = '' } = item.attrs;
    if (!item.is('item', NS.discoItems) || jid?.toLowerCase() !== service) continue;
    if (node === '' || node.length > ADHOC_LIMITS.node || commands.has(node)) continue;
    const shown = safeText(name, ADHOC_LIMITS.name) || safeText(node, ADHOC_LIMITS.name);
    if (shown !== '') commands.set(node, { node, name: shown });
  }
  return [...commands.values()];
}

export function buildStart(node: string): Element {
  return xml('command', { xmlns: NS.commands, node, action: 'execute' });
}

/** A stage of a run; with `form` the answers go along (3.4). */
export function buildStep(
  { node, session }: { readonly node: string; readonly session: string },
  action: AdHocStep | 'cancel',
  form?: { readonly asked: DataForm; readonly answers: readonly FormAnswer[] },
): Element {
  return xml(
    'command',
    { xmlns: NS.commands, node, sessionid: session, action },
    form === undefined ? undefined : buildAnswer(form.asked, form.answers),
  );
}

/** An answer, before it is known to which run it belongs. */
export interface ReadStage extends AdHocStage {
  readonly node: string;
  readonly session: string | undefined;
}

const SEVERITIES: ReadonlySet<string> = new Set<AdHocNote['severity']>(['info', 'warn', 'error']);

function notesOf(command: Element): readonly AdHocNote[] {
  return elementsOf(command)
    .filter((child) => child.is('note', NS.commands))
    .slice(0, ADHOC_LIMITS.notes)
    .map((note) => {
      const { type } = note.attrs;
      const severity = type !== undefined && SEVERITIES.has(type) ? (type as AdHocNote['severity']) : 'info';
      return { severity, text: safeText(textOf(note), ADHOC_LIMITS.note) };
    })
    .filter(({ text }) => text !== '');
}

/** 3.4: without a list there is one stage, and it is the last; the preset is `next` where nothing else is said and it is there. */
function stepsOf(command: Element): Pick<AdHocStage, 'steps' | 'preset'> {
  const actions = childOf(command, 'actions', NS.commands);
  if (actions === undefined) return { steps: ['complete'], preset: 'complete' };
  const steps = ADHOC_STEPS.filter((step) => childOf(actions, step, NS.commands) !== undefined);
  const forward = steps.filter((step) => step !== 'prev');
  const preset = steps.find((step) => step === actions.attrs.execute) ?? forward[0];
  return { steps, ...(preset === undefined ? {} : { preset }) };
}

/** Reads the `<command/>` in an answer; `undefined` where there is none that says how it stands. */
export function readStage(answer: Element): ReadStage | undefined {
  const command = childOf(answer, 'command', NS.commands);
  const { node = '', sessionid, status } = command?.attrs ?? {};
  if (command === undefined) return undefined;
  if (status !== 'executing' && status !== 'completed' && status !== 'canceled') return undefined;
  const form = readForm(command);
  return {
    node,
    session: sessionid,
    status,
    notes: notesOf(command),
    ...(form === undefined ? {} : { form }),
    ...(status === 'executing' ? stepsOf(command) : { steps: [] }),
  };
}
