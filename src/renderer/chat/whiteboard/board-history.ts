/** What this window can undo and do again. An id is used once: what comes back has another. Pure. */
import type { BoardElement, BoardOperation } from '../../../shared/whiteboard.ts';

export interface BoardStep {
  readonly kind: 'drew' | 'erased';
  readonly element: BoardElement;
  /** Id of the label that the element has: what is done with it goes under the same. */
  readonly label?: string | undefined;
}

export interface BoardHistory {
  readonly done: readonly BoardStep[];
  readonly undone: readonly BoardStep[];
}

export interface BoardTurn {
  readonly history: BoardHistory;
  readonly operations: readonly BoardOperation[];
  /** That of the step. */
  readonly label: string | undefined;
}

export const NO_HISTORY: BoardHistory = { done: [], undone: [] };
const MAX_STEPS = 200;

export function did({ done }: BoardHistory, step: BoardStep): BoardHistory {
  return { done: [...done, step].slice(-MAX_STEPS), undone: [] };
}

const under = (element: BoardElement, id: string): BoardElement => ({ ...element, id });

/** The steps, after an element got another id. */
function renamed(steps: readonly BoardStep[], from: string, to: string): readonly BoardStep[] {
  return steps.map((step) =>
    step.element.id === from ? { ...step, element: under(step.element, to) } : step,
  );
}

/** Takes the last step back; `undefined`: there is none. */
export function undo({ done, undone }: BoardHistory, newId: () => string): BoardTurn | undefined {
  const last = done.at(-1);
  if (last === undefined) return undefined;
  const rest = done.slice(0, -1);
  const { element, label } = last;
  if (last.kind === 'drew') {
    return {
      history: { done: rest, undone: [...undone, last] },
      operations: [{ type: 'withdraw', id: element.id }],
      label,
    };
  }
  const again = under(element, newId());
  return {
    history: {
      done: renamed(rest, element.id, again.id),
      undone: [...undone, { ...last, element: again }],
    },
    operations: [{ type: 'add', element: again }],
    label,
  };
}

/** Does again what was undone last. */
export function redo({ done, undone }: BoardHistory, newId: () => string): BoardTurn | undefined {
  const last = undone.at(-1);
  if (last === undefined) return undefined;
  const rest = undone.slice(0, -1);
  const { element, label } = last;
  if (last.kind === 'erased') {
    return {
      history: { done: [...done, last], undone: rest },
      operations: [{ type: 'withdraw', id: element.id }],
      label,
    };
  }
  const again = under(element, newId());
  return {
    history: {
      done: [...done, { ...last, element: again }],
      undone: renamed(rest, element.id, again.id),
    },
    operations: [{ type: 'add', element: again }],
    label,
  };
}
