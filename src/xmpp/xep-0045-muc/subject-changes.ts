/** Changes of a room's subject that the room has not answered (XEP-0045 8.1). */
import { AppError } from '../../shared/errors.ts';

interface Change {
  readonly subject: string;
  readonly settle: (error?: AppError) => void;
}

export class SubjectChanges {
  readonly #timeout: number;
  readonly #open = new Map<string, Change>();

  /** @param timeout milliseconds that the room has for its answer */
  constructor(timeout: number) {
    this.#timeout = timeout;
  }

  /** Carries out `ask`; resolves when the room shows the subject, rejects with MESSAGE_REFUSED or STREAM_TIMEOUT. */
  request(id: string, subject: string, ask: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#open.delete(id);
        reject(new AppError('STREAM_TIMEOUT'));
      }, this.#timeout);
      timer.unref();
      const settle = (error?: AppError): void => {
        clearTimeout(timer);
        this.#open.delete(id);
        if (error === undefined) resolve();
        else reject(error);
      };
      this.#open.set(id, { subject, settle });
      ask();
    });
  }

  /** The room shows this subject. Prosody reflects one without the id of the request. */
  shown(subject: string): void {
    for (const change of [...this.#open.values()]) if (change.subject === subject) change.settle();
  }

  refused(id: string | undefined, condition: string): void {
    this.#open.get(id ?? '')?.settle(new AppError('MESSAGE_REFUSED', { condition }));
  }
}
