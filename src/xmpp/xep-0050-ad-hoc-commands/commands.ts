/**
 * XEP-0050 Ad-Hoc Commands, version 1.3.0, as the one who asks: lists what a service offers, and goes through a command stage by
 * stage. This client offers no commands of its own; the guard refuses whoever asks it for some.
 */
import {
  ADHOC_LIMITS,
  type AdHocCommand,
  type AdHocStage,
  type AdHocStep,
} from '../../shared/adhoc-contract.ts';
import { type DataForm, type FormAnswer, formProblem } from '../../shared/data-form.ts';
import { AppError } from '../../shared/errors.ts';
import { type BareJid, parseJid } from '../../shared/jid.ts';
import type { Extension, ExtensionHost } from '../extension.ts';
import type { Element } from '../xml.ts';
import { buildList, buildStart, buildStep, type ReadStage, readList, readStage } from './stanzas.ts';

/** A command that was started and is not over. */
interface Run {
  readonly service: BareJid;
  readonly node: string;
  /** The service's name of it (3.1): every stage has to have the same. */
  readonly session: string;
  /** The form as it came: answers are judged by it, and its hidden fields go back with them. */
  readonly form: DataForm | undefined;
  readonly steps: readonly AdHocStep[];
  /** A stage is under way. */
  readonly busy: boolean;
}

const FORBIDDEN: ReadonlySet<string> = new Set([
  'forbidden',
  'not-allowed',
  'not-authorized',
  'registration-required',
]);
const ABSENT: ReadonlySet<string> = new Set([
  'item-not-found',
  'service-unavailable',
  'feature-not-implemented',
]);

const isAddress = (text: string): boolean => parseJid(text) !== undefined;

export class AdHocCommands implements Extension {
  readonly #host: ExtensionHost;
  readonly #runs = new Map<string, Run>();

  constructor(host: ExtensionHost) {
    this.#host = host;
  }

  /** Services may forget runs with the session that began them. */
  onNewSession(): void {
    this.#runs.clear();
  }

  /**
   * What a service offers this user; nothing where it knows no commands. Rejects with ADHOC_OFF, ADHOC_FORBIDDEN, ADHOC_REFUSED,
   * GUARD_REFUSED, STREAM_TIMEOUT or NOT_CONNECTED.
   */
  async list(service: BareJid): Promise<readonly AdHocCommand[]> {
    this.#requireOn();
    try {
      return readList(await this.#host.requests.send('get', buildList(), service), service);
    } catch (error) {
      if (ABSENT.has(conditionOf(error) ?? '')) return [];
      throw adHocError(error);
    }
  }

  /** Begins a command. Rejects as {@link list}, and with ADHOC_NOT_FOUND, ADHOC_CONFUSED, ADHOC_SECRET or ADHOC_TOO_MANY. */
  async start(service: BareJid, node: string): Promise<AdHocStage> {
    this.#requireOn();
    if (this.#runs.size >= ADHOC_LIMITS.runs) throw new AppError('ADHOC_TOO_MANY');
    const stage = await this.#ask(service, buildStart(node));
    if (stage.node !== node) throw new AppError('ADHOC_CONFUSED');
    if (stage.status !== 'executing') return shown(stage);
    if (stage.session === undefined) throw new AppError('ADHOC_CONFUSED');
    return this.#keep(this.#host.newId(), { service, node, session: stage.session }, stage);
  }

  /**
   * Goes on with a run: with the answers to its form, or a stage back. Rejects as {@link start}, and with ADHOC_OVER or ADHOC_FIELD;
   * the run goes on after ADHOC_FIELD and ADHOC_REFUSED.
   */
  async step(id: string, step: AdHocStep, answers: readonly FormAnswer[]): Promise<AdHocStage> {
    const run = this.#runs.get(id);
    if (run === undefined || run.busy || !run.steps.includes(step)) throw new AppError('ADHOC_OVER');
    const { service, node, session, form } = run;
    const filled = step === 'prev' || form?.type !== 'form' ? undefined : { asked: form, answers };
    const problem = filled === undefined ? undefined : formProblem(filled.asked, answers, isAddress);
    if (problem !== undefined) throw new AppError('ADHOC_FIELD', { field: problem.field });
    this.#runs.set(id, { ...run, busy: true });
    try {
      const stage = await this.#ask(service, buildStep(run, step, filled));
      if (stage.node !== node || stage.session !== session) throw new AppError('ADHOC_CONFUSED');
      if (!this.#runs.has(id)) throw new AppError('ADHOC_OVER');
      if (stage.status === 'executing') return this.#keep(id, { service, node, session }, stage);
      this.#runs.delete(id);
      return shown(stage);
    } catch (error) {
      // What was filled in wrongly can be corrected; after anything else nobody knows at which stage the service is.
      if (this.#runs.has(id) && error instanceof AppError && error.code === 'ADHOC_REFUSED') {
        this.#runs.set(id, { ...run, busy: false });
      } else this.#runs.delete(id);
      throw error;
    }
  }

  /** Which command a run is of; `undefined` where it is over. */
  commandOf(id: string): { readonly service: BareJid; readonly node: string } | undefined {
    const run = this.#runs.get(id);
    return run && { service: run.service, node: run.node };
  }

  /** Gives a run up and tells the service; it is over whatever comes back. */
  cancel(id: string): void {
    const run = this.#runs.get(id);
    if (run === undefined) return;
    this.#runs.delete(id);
    this.#host.requests.send('set', buildStep(run, 'cancel'), run.service).catch(() => undefined);
  }

  #requireOn(): void {
    if (!this.#host.guard.policy.commands) throw new AppError('ADHOC_OFF');
  }

  async #ask(service: BareJid, command: Element): Promise<ReadStage> {
    const answer = await this.#host.requests.send('set', command, service).catch((error: unknown) => {
      throw adHocError(error);
    });
    const stage = readStage(answer);
    if (stage === undefined) throw new AppError('ADHOC_CONFUSED');
    return stage;
  }

  #keep(id: string, run: Pick<Run, 'service' | 'node' | 'session'>, stage: ReadStage): AdHocStage {
    // A form that asks for a secret would be a way around the PIN and password windows.
    if (stage.form?.fields.some(({ type }) => type === 'text-private') === true) {
      this.#runs.set(id, { ...run, form: undefined, steps: [], busy: false });
      this.cancel(id);
      throw new AppError('ADHOC_SECRET');
    }
    this.#runs.set(id, { ...run, form: stage.form, steps: stage.steps, busy: false });
    return { run: id, ...shown(stage) };
  }
}

/** What the window gets to know: no node, and no session id of the service's. */
function shown({ node: _node, session: _session, ...stage }: ReadStage): AdHocStage {
  return stage;
}

function conditionOf(error: unknown): string | undefined {
  if (!(error instanceof AppError) || error.code !== 'MESSAGE_REFUSED') return undefined;
  return String(error.detail?.condition ?? 'undefined-condition');
}

function adHocError(error: unknown): unknown {
  const condition = conditionOf(error);
  if (condition === undefined) return error;
  if (FORBIDDEN.has(condition)) return new AppError('ADHOC_FORBIDDEN', undefined, { cause: error });
  if (condition === 'item-not-found') return new AppError('ADHOC_NOT_FOUND', undefined, { cause: error });
  return new AppError('ADHOC_REFUSED', { condition }, { cause: error });
}
