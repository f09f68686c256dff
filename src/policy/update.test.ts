import { describe, expect, it } from 'vitest';
import { KEYS, NOW, ROOT_PLAN } from '../../build/site/policy-forge.ts';
import {
  announcingPolicy,
  forgeUpdate,
  goodManifest,
  ROTATED,
  SEQUENCE,
  UPDATE_ATTACKS,
  UPDATE_KEYS,
  type UpdateForgery,
  WITH_ROLE,
} from '../../build/site/update-forge.ts';
import { makeRoot, signRoot } from '../cli/policy/signing.ts';
import { nodeCrypto } from '../platform/node-crypto.ts';
import {
  announcesUpdates,
  EMPTY_STATE,
  effectiveSettings,
  formatTime,
  isNewerVersion,
  type PolicyState,
  verifyUpdate,
} from './index.ts';
import { followRoots, trustedRoot } from './root-chain.ts';

const verify = (changes: Partial<UpdateForgery> = {}) => verifyUpdate(forgeUpdate(changes), nodeCrypto);

describe('verifyUpdate refuses', () => {
  it.each(UPDATE_ATTACKS)('%s: %s', (_name, code, forgery) => {
    expect(() => verify(forgery)).toThrow(expect.objectContaining({ code }));
  });

  it('a manifest under a root that has expired', () => {
    expect(() => verify({ plan: { ...ROOT_PLAN, expires: NOW } })).toThrow(
      expect.objectContaining({ code: 'ROOT_EXPIRED' }),
    );
  });

  it('any flipped bit', () => {
    const { manifest, ...rest } = forgeUpdate();
    for (let at = 0; at < manifest.length; at += 1) {
      const bytes = Buffer.from(manifest);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
      expect(() => verifyUpdate({ ...rest, manifest: bytes }, nodeCrypto), `byte ${at}`).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^[A-Z_]+$/) }),
      );
    }
  });
});

describe('verifyUpdate accepts', () => {
  it('a manifest that the policy keys signed, where the root has no role for updates', () => {
    const verified = verify();
    expect(verified.manifest).toEqual(goodManifest());
    expect(verified.signers).toEqual(KEYS.policy.slice(0, 2).map(({ keyid }) => keyid));
    expect(formatTime(verified.expires)).toBe(goodManifest().expires);
    expect(verified.state).toEqual({
      ...EMPTY_STATE,
      update: { sequence: SEQUENCE, sha256: verified.sha256 },
    });
  });

  it.each(UPDATE_KEYS)('a manifest that one of the keys for updates signed', (key) => {
    expect(verify({ plan: WITH_ROLE, keys: [key] }).signers).toEqual([key.keyid]);
  });

  it('the same manifest again, and a later one', () => {
    const { state } = verify();
    expect(verify({ state }).state).toEqual(state);
    const later = verify({ state, manifest: goodManifest({ sequence: SEQUENCE + 1 }) });
    expect(later.state.update?.sequence).toBe(SEQUENCE + 1);
  });

  it('a later manifest with an older version: IT has withdrawn one', () => {
    const { state } = verify({ manifest: goodManifest({ version: '0.3.0' }) });
    const manifest = goodManifest({ sequence: SEQUENCE + 1, version: '0.2.0' });
    expect(verify({ state, manifest }).manifest.version).toBe('0.2.0');
  });

  it('whatever is in it that people read, as text', () => {
    const installFrom = '<b>Software</b> & "Centre" — 文字 {version}';
    expect(verify({ manifest: goodManifest({ installFrom }) }).manifest.installFrom).toBe(installFrom);
  });
});

describe('the floor of update manifests', () => {
  const stolen: PolicyState = {
    ...EMPTY_STATE,
    root: signRoot(makeRoot(WITH_ROLE), KEYS.root),
    update: { sequence: Number.MAX_SAFE_INTEGER, sha256: 'a'.repeat(64) },
  };
  const follow = (plan: typeof WITH_ROLE, state = stolen): PolicyState => {
    const shipped = signRoot(makeRoot(WITH_ROLE), KEYS.root);
    const roots = [signRoot(makeRoot({ ...plan, version: 2 }), KEYS.root)];
    return followRoots(trustedRoot(shipped, state, nodeCrypto), roots, nodeCrypto, () => undefined).state;
  };

  it('is forgotten when a key that could have set it is taken out', () => {
    expect(follow(ROTATED).update).toBeUndefined();
  });

  it('stays when other keys change', () => {
    const freshness = { keys: [KEYS.stranger], threshold: 1 };
    expect(follow({ ...WITH_ROLE, freshness }).update).toEqual(stolen.update);
  });

  it('stays where nobody knows under which keys it was set', () => {
    const { root: _lost, ...rest } = stolen;
    expect(follow(ROTATED, rest).update).toEqual(stolen.update);
  });
});

describe('isNewerVersion', () => {
  it.each([
    ['0.2.0', '0.1.0', true],
    ['0.1.10', '0.1.9', true],
    ['1.0.0', '0.99.99', true],
    ['0.1.0', '0.1.0', false],
    ['0.1.0', '0.2.0', false],
    ['0.2.0', '0.2.0-rc.1', true],
    ['0.1.9', '0.2.0-rc.1', false],
    ['0.2.0', 'unknown', false],
    ['0.2.0', '', false],
    ['0.2', '0.1.0', false],
    ['0.2.0\n', '0.1.0', false],
  ])('%s after %s: %s', (version, than, expected) => {
    expect(isNewerVersion(version, than)).toBe(expected);
  });
});

describe('announcesUpdates', () => {
  it('is off unless the policy says notify', () => {
    const { settings } = announcingPolicy();
    expect(announcesUpdates(effectiveSettings(settings))).toBe(true);
    expect(announcesUpdates(effectiveSettings({ ...settings, updates: { mode: 'off' } }))).toBe(false);
    const { updates: _unsaid, ...silent } = settings;
    expect(announcesUpdates(effectiveSettings(silent))).toBe(false);
  });
});
