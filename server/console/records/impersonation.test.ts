import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { GuardReason } from '../../../src/xmpp/guard/verdict.ts';
import {
  CONNECTION_CODES,
  GUARD_REASONS,
  isImpersonation,
  LOCK_REASONS,
  SIGN_IN_REASONS,
} from './impersonation.ts';

const source = (path: string) => readFileSync(join(import.meta.dirname, '../../..', path), 'utf8');

describe('an impersonation', () => {
  it.each([
    [{ event: 'lock.refused', reason: 'wrong-proof' }, true],
    [{ event: 'lock.refused', reason: 'timeout' }, false],
    [{ event: 'lock.refused', reason: 'unknown-epoch' }, false],
    [{ event: 'sign-in.refused', reason: 'asks for another address' }, true],
    [{ event: 'sign-in.refused', reason: 'switched off' }, false],
    [{ event: 'connection', detail: { code: 'LOCK_SERVER_PROOF_WRONG' } }, true],
    [{ event: 'connection', detail: { code: 'LOCK_TIMEOUT' } }, false],
    [{ event: 'stanza-refused', detail: { direction: 'in', reason: 'carbon-sender' } }, true],
    [{ event: 'stanza-refused', detail: { direction: 'out', reason: 'carbon-sender' } }, false],
    [{ event: 'stanza-refused', detail: null }, false],
    [{ event: 'connection', reason: 'wrong-proof', detail: { reason: ['wrong-proof'] } }, false],
  ])('%j: %s', (line, expected) => {
    expect(isImpersonation(line)).toBe(expected);
  });

  it('is told by words that the servers and the client say', () => {
    const servers = [
      'prosody/modules/mod_sallyport_lock.lua',
      'prosody/modules/mod_auth_sallyport_card.lua',
      'prosody/modules/sallyport_mapping.lib.lua',
      'ejabberd/modules/mod_sallyport_lock.erl',
      'ejabberd/modules/mod_sallyport_card.erl',
      'ejabberd/modules/sallyport_mapping.erl',
    ].map((path) => source(`server/${path}`));
    for (const words of [...LOCK_REASONS, ...SIGN_IN_REASONS])
      expect(
        servers.some((text) => text.includes(`"${words}"`)),
        words,
      ).toBe(true);
    const catalogue =
      source('src/shared/error-catalogue/lock.ts') + source('src/shared/error-catalogue/tls.ts');
    for (const code of CONNECTION_CODES) expect(catalogue).toContain(code);
    const known: readonly GuardReason[] = GUARD_REASONS;
    expect(known.length).toBe(8);
  });
});
