/** Starting and ending a session, and who is at the console. */
import type { Answer, Call } from '../route.ts';
import type { Services } from '../services.ts';

type Plain = Call<unknown, unknown>;

function about({ config, server, gate }: Services, { who }: Plain, token: string) {
  return {
    token,
    who,
    domain: server.domain,
    engine: server.engine,
    idleSeconds: config.idleMinutes * 60,
    twoPersons: config.twoPersons,
    gate: gate !== undefined,
  };
}

/** The token is for the header `Sallyport-Session` of every other request. */
export function startSession(services: Services, call: Plain): Answer {
  const { name } = services.sessions.start(call.who, call.key);
  return { json: about(services, call, name) };
}

/** Answers as long as the session is open; a page that comes back asks this first. */
export function showSession(services: Services, call: Plain): Answer {
  return { json: about(services, call, call.session) };
}

/** Ends it; the card's connections end with it. */
export function endSession(services: Services, call: Plain): Answer {
  // The answer goes out first.
  setImmediate(() => services.sessions.end(call.session));
  return { json: {} };
}
