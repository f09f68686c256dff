/** Bounds and waiting times where the policy names none. */
import type { StreamLimits, XmppTimeouts } from './api.ts';

/** RFC 6120 13.12 asks for at least 10,000 bytes; file contents never travel in stanzas here. */
export const DEFAULT_LIMITS: StreamLimits = {
  stanzaBytes: 256 * 1024,
  stanzaBytesBeforeSignIn: 8 * 1024,
  depth: 16,
  attributes: 32,
  attributeLength: 4096,
  children: 10_000,
  elements: 20_000,
  answerBytes: 8 * 1024 * 1024,
  answerElements: 100_000,
};

/** A round trip of two seconds, as over a satellite, leaves room for four tries of TCP in a step. */
export const DEFAULT_TIMEOUTS: XmppTimeouts = {
  step: 20_000,
  lock: 10_000,
  iq: 30_000,
  close: 3_000,
  idle: 60_000,
  dead: 20_000,
  roomSilence: 10 * 60_000,
};
