import { describe, expect, it } from 'vitest';
import { goodPolicy, MACHINE, verifyForgery } from '../../build/site/policy-forge.ts';
import {
  EVERYTHING,
  idle,
  night,
  OVERLAY_KEYS,
  settingsWith,
  tighten,
  withOverlays,
} from '../../build/site/policy-overlay-forge.ts';
import { explainSettings } from './index.ts';

describe('an overlay is taken', () => {
  it('and its value holds; everything else stays', () => {
    const plain = verifyForgery().settings;
    const verified = verifyForgery(withOverlays([night()]));
    expect(verified.settings).toEqual({ ...plain, session: { ...plain.session, idleLockMinutes: 5 } });
    expect(verified.overlaid).toEqual(new Map([['/session/idleLockMinutes', 'night']]));
    expect(verified.overlays).toMatchObject([
      { name: 'night', applies: true, signers: OVERLAY_KEYS.slice(0, 2).map(({ keyid }) => keyid) },
    ]);
  });

  it('where the root allows a group: the pointer covers what is below it', () => {
    const settings = [...idle(5), ...tighten('/session/maxHours', 8)];
    const plans = [night({ settings, allowed: ['/session'] })];
    const verified = verifyForgery(withOverlays(plans), { acknowledged: EVERYTHING });
    expect(verified.settings.session).toEqual({ idleLockMinutes: 5, maxHours: 8 });
  });

  it.each([
    ['another machine', { org: 'demo', machines: ['WS-9999'] }],
    ['another group', { org: 'demo', groups: ['admins'] }],
    ['another organisation', { org: 'other' }],
    ['another platform', { org: 'demo', platforms: ['win32'] }],
    ['another channel', { org: 'demo', channels: ['beta'] }],
  ])('and changes nothing when it is for %s', (_name, audience) => {
    const verified = verifyForgery(withOverlays([night({ document: { audience } })]));
    expect(verified.settings.session.idleLockMinutes).toBe(15);
    expect(verified.overlays).toMatchObject([{ name: 'night', applies: false }]);
    expect(verified.overlaid.size).toBe(0);
  });

  it('when it is for this machine', () => {
    const document = { audience: { org: 'demo', machines: [MACHINE.machineId] } };
    expect(verifyForgery(withOverlays([night({ document })])).settings.session.idleLockMinutes).toBe(5);
  });

  it('beside others: the tightest value holds, whatever their order', () => {
    const plans = [night(), { name: 'day', settings: idle(9) }, { name: 'ship', settings: idle(7) }];
    for (const order of [plans, plans.toReversed()]) {
      const verified = verifyForgery(withOverlays(order));
      expect(verified.settings.session.idleLockMinutes).toBe(5);
      expect(verified.overlaid.get('/session/idleLockMinutes')).toBe('night');
      expect(verified.overlays.map(({ name }) => name)).toEqual(['day', 'night', 'ship']);
    }
  });

  it('with the value that holds already', () => {
    expect(
      verifyForgery(withOverlays([night({ settings: idle(15) })])).settings.session.idleLockMinutes,
    ).toBe(15);
  });

  it('when it narrows a list that was empty and meant any', () => {
    const settings = tighten('/authentication/certificate/policyOids', ['1.2.3']);
    const { authentication } = verifyForgery(withOverlays([night({ settings })]), {
      acknowledged: EVERYTHING,
    }).settings;
    expect(authentication.certificate.policyOids).toEqual(['1.2.3']);
  });

  it('with servers written without their defaults', () => {
    const [server] = goodPolicy().settings.servers;
    const { priority: _default, ...short } = { priority: 10, ...server };
    const base = settingsWith({ servers: [short, { ...short, port: 5224, priority: 1 }] });
    const verified = verifyForgery(
      withOverlays([night({ settings: tighten('/servers', [short]) })], { settings: base }),
    );
    expect(verified.settings.servers).toEqual([{ ...short, priority: 10 }]);
  });

  it('and explained', () => {
    const rows = explainSettings(verifyForgery(withOverlays([night()])));
    const row = (pointer: string) => rows.find((one) => one.pointer === pointer);
    expect(row('/session/idleLockMinutes')).toMatchObject({
      value: 5,
      from: 'overlay:night',
      tightness: 'tighter',
    });
    expect(row('/session/maxHours')).toMatchObject({ value: 12, from: 'default', tightness: 'same' });
    expect(row('/domain')).toMatchObject({ from: 'base', tightness: 'no-default' });
    expect(row('/files/gate')).toMatchObject({ value: undefined, from: 'absent' });
    expect(row('/watchwords')?.sensitive).toBe(true);
  });
});
