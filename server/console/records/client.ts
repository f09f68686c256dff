/** The console's side of the records worker; one that ends is started again. */
import { Worker } from 'node:worker_threads';
import { Problem } from '../problem.ts';
import type { Answers, Asked, Response, WorkerSettings } from './protocol.ts';

const ANSWER_MS = 30_000;
/** Exports and checks of chains read whole logs. */
const LONG_MS = 15 * 60_000;
const MAX_WAITING = 64;
const RESTART_MS = 1000;

interface Waiting {
  readonly done: (value: Answers[keyof Answers]) => void;
  readonly failed: (error: Problem) => void;
  readonly timer: NodeJS.Timeout;
}

export class Records {
  readonly #program: string;
  readonly #settings: WorkerSettings;
  readonly #report: (error: unknown) => void;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #next = 1;
  #stopped = false;

  /** @param program the worker's file */
  constructor(program: string, settings: WorkerSettings, report: (error: unknown) => void) {
    this.#program = program;
    this.#settings = settings;
    this.#report = report;
    this.#start();
  }

  /** @throws Problem `too-many`, `internal` */
  ask<A extends Asked>(asked: A): Promise<Answers[A['kind']]> {
    const worker = this.#worker;
    if (this.#waiting.size >= MAX_WAITING || worker === undefined)
      return Promise.reject(new Problem('too-many'));
    const id = this.#next;
    this.#next += 1;
    const long = asked.kind === 'export' || asked.kind === 'chain';
    return new Promise((done, failed) => {
      const timer = setTimeout(
        () => {
          this.#waiting.delete(id);
          failed(new Problem('too-many', 'the search took too long'));
        },
        long ? LONG_MS : ANSWER_MS,
      );
      this.#waiting.set(id, { done: (value) => done(value as Answers[A['kind']]), failed, timer });
      worker.postMessage({ id, asked });
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#worker?.terminate();
  }

  #start(): void {
    const worker = new Worker(this.#program, { workerData: this.#settings });
    this.#worker = worker;
    worker.on('message', (response: Response) => this.#take(response));
    worker.on('error', this.#report);
    worker.once('exit', () => {
      this.#worker = undefined;
      for (const id of [...this.#waiting.keys()]) this.#take({ id, failed: 'the worker ended' });
      if (!this.#stopped) setTimeout(() => this.#stopped || this.#start(), RESTART_MS);
    });
  }

  #take(response: Response): void {
    const waiting = this.#waiting.get(response.id);
    if (waiting === undefined) return;
    this.#waiting.delete(response.id);
    clearTimeout(waiting.timer);
    if ('value' in response) waiting.done(response.value);
    else waiting.failed(new Problem('internal', undefined, { cause: new Error(response.failed) }));
  }
}
