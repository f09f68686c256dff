/** The present at a glance: who is online, what is up, what runs out, what should be looked at. */
import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Expiry, runningPid, status } from '../kit/lib/status.mjs';
import { readSwitch } from '../kit/lib/switch.mjs';
import type { NowInfo } from './contract.ts';
import type { Services } from './services.ts';

const SOON_MS = 14 * 86_400_000;
/** Certificates and lists do not change by the second, and reading a list takes a process. */
const DATES_MS = 60_000;
const LOOK_MS = 1000;
/** Without news, so that the page knows that the line stands. */
const BEAT_MS = 15_000;

type Parts = Pick<Services, 'config' | 'server' | 'gate' | 'records'>;

/** When a certificate of a PEM file expires. */
function expiryOf(what: string, path: string, now: number): Expiry {
  const until = existsSync(path) ? Date.parse(new X509Certificate(readFileSync(path)).validTo) : Number.NaN;
  return dated(
    { what, until: Number.isNaN(until) ? 'unknown' : new Date(until).toISOString(), state: 'good' },
    now,
  );
}

/** The console warns earlier than the kit: two weeks. */
function dated({ what, until }: Expiry, now: number): Expiry {
  const ms = Date.parse(until);
  return { what, until, state: !(ms > now) ? 'expired' : ms < now + SOON_MS ? 'soon' : 'good' };
}

export class Now {
  readonly #parts: Parts;
  readonly #more: () => readonly Expiry[];
  #dates: { readonly at: number; readonly value: readonly Expiry[] } | undefined;
  #look: { readonly at: number; readonly value: Promise<NowInfo> } | undefined;

  /** @param more other things that run out, such as the policy */
  constructor(parts: Parts, more: () => readonly Expiry[]) {
    this.#parts = parts;
    this.#more = more;
  }

  /** Looks at most once a second, however many ask. */
  info(): Promise<NowInfo> {
    const at = performance.now();
    if (this.#look === undefined || at - this.#look.at >= LOOK_MS)
      this.#look = { at, value: this.#compute() };
    return this.#look.value;
  }

  /** The present, again whenever it has changed, as long as `isOpen`. */
  async *changes(
    isOpen: () => boolean,
    signal: AbortSignal,
  ): AsyncGenerator<NowInfo | { readonly beat: true }> {
    let last = '';
    let sent = 0;
    while (isOpen() && !signal.aborted) {
      const info = await this.info();
      const { time: _time, ...rest } = info;
      const text = JSON.stringify(rest);
      if (text !== last) {
        yield info;
        last = text;
        sent = performance.now();
      } else if (performance.now() - sent > BEAT_MS) {
        yield { beat: true };
        sent = performance.now();
      }
      await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #compute(): Promise<NowInfo> {
    const { server, gate, records } = this.#parts;
    const [now, held, scanner] = await Promise.all([
      records.ask({ kind: 'now' }),
      gate?.quarantined().catch(() => 0),
      gate?.status().catch(() => undefined),
    ]);
    const running = this.#running();
    return {
      time: new Date().toISOString(),
      server: { running, service: running === undefined ? 'unknown' : this.#service() },
      engine: server.engine,
      online: now.online,
      messagesLastMinute: now.messagesLastMinute,
      load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
      behind: now.behind,
      gate:
        gate === undefined
          ? undefined
          : {
              up: scanner !== undefined,
              scanner: scanner?.scanner ?? 'down',
              waiting: scanner?.waiting ?? 0,
              quarantined: held ?? 0,
            },
      dates: this.#expiries(),
      alarms: now.alarms,
    };
  }

  #running(): boolean | undefined {
    try {
      return runningPid(this.#parts.server) !== undefined;
    } catch {
      return undefined;
    }
  }

  #service(): 'on' | 'off' | 'unknown' {
    try {
      return readSwitch(this.#parts.server).service;
    } catch {
      return 'unknown';
    }
  }

  #expiries(): readonly Expiry[] {
    const at = performance.now();
    if (this.#dates !== undefined && at - this.#dates.at < DATES_MS) return this.#dates.value;
    const now = Date.now();
    const { server, config } = this.#parts;
    let kit: readonly Expiry[];
    try {
      kit = status(server, now).dates;
    } catch {
      kit = [{ what: 'certificate and revocation lists of the server', until: 'unknown', state: 'expired' }];
    }
    const own = expiryOf('certificate of this console', config.tls.certificate, now);
    const value = [...kit.map((date) => dated(date, now)), own, ...this.#more()];
    this.#dates = { at, value };
    return value;
  }
}
