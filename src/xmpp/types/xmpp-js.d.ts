/** The parts of the untyped `@xmpp/*` packages in use, as narrow as their use. */
declare module '@xmpp/xml' {
  export class Element {
    constructor(name: string, attrs?: Record<string, string>);
    name: string;
    parent: Element | null;
    attrs: Record<string, string | undefined>;
    children: (Element | string)[];
    getNS(): string | undefined;
    is(name: string, xmlns?: string): boolean;
    toString(): string;
  }
}

declare module '@xmpp/middleware' {
  import type { Element } from '@xmpp/xml';
  export interface Context {
    readonly stanza: Element;
    readonly type: string;
    /** Set by the iq callee: the query itself. */
    element?: Element;
  }
  export type Handler = (context: Context, next: () => Promise<unknown>) => unknown;
  export interface Middleware {
    use(handler: Handler): Handler;
    filter(handler: Handler): Handler;
  }
  /** What the middleware listens to (`element`, `send`) and replies through. */
  export interface Entity {
    readonly jid: { toString(): string } | null;
    readonly options: { readonly domain: string };
    on(event: string, listener: (...args: unknown[]) => void): unknown;
    emit(event: string, ...args: unknown[]): boolean;
    send(element: Element): Promise<void>;
  }
  export default function middleware(options: { entity: Entity }): Middleware;
}

declare module '@xmpp/iq/callee.js' {
  import type { Context, Entity, Middleware } from '@xmpp/middleware';
  import type { Element } from '@xmpp/xml';

  type Answer = (context: Context) => Element | true | undefined;
  export interface IqCallee {
    get(xmlns: string, name: string, handler: Answer): void;
    set(xmlns: string, name: string, handler: Answer): void;
  }
  export default function iqCallee(options: { middleware: Middleware; entity: Entity }): IqCallee;
}
