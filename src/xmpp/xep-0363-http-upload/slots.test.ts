import { describe, expect, it } from 'vitest';
import type { FileGatePolicy } from '../../shared/session-contract.ts';
import { NS } from '../namespaces.ts';
import { xml } from '../xml.ts';
import { gateTarget } from './gate-address.ts';
import { buildSlotRequest, readSlot, uploadService } from './slots.ts';

const gate: FileGatePolicy = {
  host: 'files.example.mil',
  port: 8443,
  path: '/f/',
  maximumBytes: 1000,
  types: [],
};
const BASE = 'https://files.example.mil:8443/f/';

function answer(put: string | undefined, get: string | undefined, headers: Record<string, string> = {}) {
  const fields = Object.entries(headers).map(([name, value]) => xml('header', { name }, value));
  return xml(
    'iq',
    { xmlns: NS.client, type: 'result' },
    xml(
      'slot',
      { xmlns: NS.upload },
      put === undefined ? undefined : xml('put', { url: put }, ...fields),
      get === undefined ? undefined : xml('get', { url: get }),
    ),
  );
}

const code = (name: string) => expect.objectContaining({ code: name });

describe('a slot', () => {
  it('is asked for as XEP-0363 has it', () => {
    expect(
      buildSlotRequest({ name: 'a "b" & c.pdf', size: 12, mediaType: 'application/pdf' }).toString(),
    ).toBe(
      '<request xmlns="urn:xmpp:http:upload:0" filename="a &quot;b&quot; &amp; c.pdf" size="12" content-type="application/pdf"/>',
    );
    expect(uploadService('chat.example.mil')).toBe('upload.chat.example.mil');
  });

  it('is read with its headers', () => {
    const slot = readSlot(
      answer(`${BASE}a/b?v2=0123`, `${BASE}a/b`, { Authorization: 'Bearer\r\n x', 'X-Other': 'y' }),
      gate,
    );
    expect(slot).toEqual({
      putTarget: '/f/a/b?v2=0123',
      getUrl: `${BASE}a/b`,
      headers: { authorization: 'Bearer x' },
    });
  });

  it.each([
    ['another host to put to', 'https://evil.example:8443/f/a', `${BASE}a`],
    ['another host to get from', `${BASE}a`, 'https://evil.example:8443/f/a'],
    ['another port', 'https://files.example.mil/f/a', `${BASE}a`],
    ['no encryption', 'http://files.example.mil:8443/f/a', `${BASE}a`],
    ['another folder', 'https://files.example.mil:8443/g/a', `${BASE}a`],
    ['a way out of the folder', `${BASE}../admin`, `${BASE}a`],
    ['an encoded way out', `${BASE}%2e%2e/admin`, `${BASE}a`],
    ['a user name that looks like the host', 'https://files.example.mil:8443@evil.example/f/a', `${BASE}a`],
    ['a host that begins like ours', 'https://files.example.mil:8443.evil.example/f/a', `${BASE}a`],
    ['a fragment', `${BASE}a#b`, `${BASE}a`],
    ['a line break', `${BASE}a\r\nHost: evil`, `${BASE}a`],
  ])('at %s is refused', (_name, put, get) => {
    expect(() => readSlot(answer(put, get), gate)).toThrow(code('FILE_ADDRESS_REFUSED'));
  });

  it('that is incomplete, or whose header is none, is refused', () => {
    expect(() => readSlot(answer(undefined, `${BASE}a`), gate)).toThrow(code('FILE_SLOT_REFUSED'));
    expect(() => readSlot(answer(`${BASE}a`, undefined), gate)).toThrow(code('FILE_SLOT_REFUSED'));
    expect(() => readSlot(xml('iq', { xmlns: NS.client }), gate)).toThrow(code('FILE_SLOT_REFUSED'));
    const bad = answer(`${BASE}a`, `${BASE}a`, { Cookie: 'a\u0000b' });
    expect(() => readSlot(bad, gate)).toThrow(code('FILE_SLOT_REFUSED'));
  });

  it('has no target that node:http or the gate would read otherwise', () => {
    expect(gateTarget(`${BASE}caf\u00e9`, gate)).toBeUndefined();
    expect(gateTarget(`${BASE}a b`, gate)).toBeUndefined();
    expect(gateTarget(BASE, gate)).toBeUndefined();
    expect(gateTarget(`${BASE}caf%C3%A9`, gate)).toBe('/f/caf%C3%A9');
  });
});
