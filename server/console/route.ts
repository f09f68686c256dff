/** What a row of the table of routes says. */
import type { Doer } from './audit.ts';
import type { Mark } from './config.ts';
import { NOTHING, type Shape } from './http/shapes.ts';
import type { Administrator, Role } from './roles.ts';
import type { Services } from './services.ts';

/** A request that is allowed and whose parts are checked. */
export interface Call<Body, Query> {
  readonly who: Administrator;
  /** The parts of the path in braces. */
  readonly path: Readonly<Record<string, string>>;
  readonly body: Body;
  readonly query: Query;
  /** Who approved it, where a second person had to. */
  readonly approvedBy?: Administrator;
  /** Ends when the other side has gone. */
  readonly signal: AbortSignal;
  /** The session, and the public key (SHA-256, base64) behind it. */
  readonly session: string;
  readonly key: string;
}

/** As much of a session's name as a log has. */
const SESSION_CHARACTERS = 8;

/** Who does what a call asks for, as the log has it. */
export function doerOf({ who, session }: Pick<Call<unknown, unknown>, 'who' | 'session'>): Doer {
  return { id: who.id, session: session.slice(0, SESSION_CHARACTERS) };
}

/** What goes back: a JSON value, a file, or events for as long as the other side listens. */
export type Answer =
  | { readonly json: unknown; readonly status?: number }
  | { readonly file: AsyncIterable<Uint8Array> | Uint8Array; readonly name: string; readonly type: string }
  | { readonly events: AsyncIterable<unknown> };

/** When a second person has to agree, and of which roles that person may be. */
export interface TwoPersons<Body> {
  readonly marks: readonly Mark[];
  /** Which of them it is; undefined where one person is enough. */
  readonly mark: (body: Body, path: Readonly<Record<string, string>>, services: Services) => Mark | undefined;
  readonly approvers: readonly Role[];
}

export interface Route<Body = unknown, Query = unknown> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Parts in braces are one segment each, checked by `path`. */
  readonly address: string;
  /** What logs and approvals call it. */
  readonly action: string;
  readonly summary: string;
  /** Nobody else may. */
  readonly roles: readonly Role[];
  readonly twoPersons: TwoPersons<Body> | undefined;
  /** False only for what a page asks for by itself, again and again. */
  readonly audited: boolean;
  /** False only for the start of a session. */
  readonly session: boolean;
  readonly path: Readonly<Record<string, Shape<string>>>;
  readonly body: Shape<Body>;
  readonly query: Shape<Query>;
  /** Of the body, octets. */
  readonly maximumBytes: number;
  readonly run: (services: Services, call: Call<Body, Query>) => Promise<Answer> | Answer;
}

const MAX_BODY_BYTES = 64 * 1024;

type Left = 'path' | 'body' | 'query' | 'maximumBytes' | 'session';

/** A row; what it leaves out is empty. Roles, two persons and audit are never left out. */
export function route<Body = Readonly<Record<string, never>>, Query = Readonly<Record<string, never>>>(
  row: Omit<Route<Body, Query>, Left> & Partial<Pick<Route<Body, Query>, Left>>,
): Route {
  return {
    path: {},
    body: NOTHING as Shape<unknown> as Shape<Body>,
    query: NOTHING as Shape<unknown> as Shape<Query>,
    maximumBytes: MAX_BODY_BYTES,
    session: true,
    ...row,
  } as Route<Body, Query> as unknown as Route;
}
