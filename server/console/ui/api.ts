/** The page's way to the console's API. The session's name lives here and nowhere else: no cookie, no storage. */
import type { ProblemInfo, SessionInfo } from '../contract.ts';

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  readonly detail: string | undefined;

  constructor({ code, title, detail }: ProblemInfo) {
    super(title);
    this.code = code;
    this.detail = detail;
  }
}

const UNREACHABLE: ProblemInfo = {
  code: 'unreachable',
  status: 0,
  title: 'The console does not answer. Is the card in the reader, and the console running?',
};

export interface AskOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: unknown;
  /** True for what the page asks by itself: it keeps no session alive. */
  readonly background?: boolean;
  readonly signal?: AbortSignal;
}

export class Api {
  #token: string | undefined;
  /** Called when the session has ended. */
  onEnded: () => void = () => undefined;

  async start(): Promise<SessionInfo> {
    const info = await this.ask<SessionInfo>('/api/session', { method: 'POST' });
    this.#token = info.token;
    return info;
  }

  async end(): Promise<void> {
    await this.ask('/api/session', { method: 'DELETE' }).catch(() => undefined);
    this.#token = undefined;
    this.onEnded();
  }

  /** @throws ApiError */
  async ask<T>(path: string, options: AskOptions = {}): Promise<T> {
    return (await (await this.open(path, options)).json()) as T;
  }

  /** Events of the server, until `signal` says enough or the line breaks. @throws ApiError */
  async *follow<T>(path: string, signal: AbortSignal): AsyncGenerator<T> {
    const { body } = await this.open(path, { background: true, signal });
    if (body === null) return;
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const events = (rest + value).split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events)
        if (event.startsWith('data: ')) yield JSON.parse(event.slice('data: '.length)) as T;
    }
  }

  /** The answer itself, for what is no JSON. @throws ApiError */
  async open(path: string, options: AskOptions = {}): Promise<Response> {
    const { method = 'GET', body, background = false, signal } = options;
    const headers: Record<string, string> = {};
    if (this.#token !== undefined) headers['Sallyport-Session'] = this.#token;
    if (background) headers['Sallyport-Background'] = '1';
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    let response: Response;
    try {
      response = await fetch(path, {
        method,
        headers,
        credentials: 'same-origin',
        redirect: 'error',
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch {
      throw new ApiError(UNREACHABLE);
    }
    if (response.ok) return response;
    const problem = (await response.json().catch(() => UNREACHABLE)) as ProblemInfo;
    if (problem.code === 'no-session' && this.#token !== undefined) {
      this.#token = undefined;
      this.onEnded();
    }
    throw new ApiError(problem);
  }
}
