import { describe, expect, it } from 'vitest';
import { fileDescription, type SharedFile } from '../../shared/file-contract.ts';
import type { FileGatePolicy } from '../../shared/session-contract.ts';
import { NS } from '../namespaces.ts';
import { type Element, xml } from '../xml.ts';
import { buildFileSharing, readFileSharing } from './file-sharing.ts';

const gate: FileGatePolicy = {
  host: 'files.example.mil',
  port: 443,
  path: '/',
  maximumBytes: 1_000_000,
  types: [],
};
const file: SharedFile = {
  name: 'report.pdf',
  mediaType: 'application/pdf',
  size: 123_456,
  sha256: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
  url: 'https://files.example.mil/a/report.pdf',
};

function message(sharing: Element): Element {
  return xml('message', { xmlns: NS.client, type: 'chat' }, xml('body', {}, 'file'), sharing);
}

const read = (changes: Partial<Record<keyof SharedFile, string | number>>) =>
  readFileSharing(message(buildFileSharing({ ...file, ...changes } as SharedFile)), gate);

describe('a file in a message', () => {
  it('is read as it was built, in the form of XEP-0447', () => {
    expect(read({})).toEqual(file);
    expect(buildFileSharing(file).toString()).toBe(
      '<file-sharing xmlns="urn:xmpp:sfs:0" disposition="attachment"><file xmlns="urn:xmpp:file:metadata:0">' +
        '<media-type>application/pdf</media-type><name>report.pdf</name><size>123456</size>' +
        '<hash xmlns="urn:xmpp:hashes:2" algo="sha-256">47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=</hash></file>' +
        '<sources><url-data xmlns="http://jabber.org/protocol/url-data" target="https://files.example.mil/a/report.pdf"/></sources></file-sharing>',
    );
  });

  it('is described without an address', () => {
    expect(fileDescription(file)).toBe('file report.pdf (121 KiB)');
  });

  it('is shown under a name that hides nothing', () => {
    expect(read({ name: 'gnp.\u202efdp.exe' })?.name).toBe('gnp.fdp.exe');
    expect(read({ name: '../../.bashrc' })?.name).toBe('.._.._.bashrc');
    expect(read({ name: '' })?.name).toBe('file');
    expect(read({ mediaType: 'text/html; charset=x' })?.mediaType).toBe('text/html');
    expect(read({ mediaType: 'nonsense' })?.mediaType).toBe('application/octet-stream');
  });

  it.each([
    ['another host', { url: 'https://evil.example/a' }],
    ['no encryption', { url: 'http://files.example.mil/a' }],
    ['no address', { url: '' }],
    ['a size that is none', { size: '12x' }],
    ['a negative size', { size: -1 }],
    ['more than the policy allows', { size: 1_000_001 }],
    ['a hash that is too short', { sha256: 'AAAA' }],
    ['a hash that is none', { sha256: '?'.repeat(44) }],
  ])('with %s is none', (_name, changes) => {
    expect(read(changes)).toBeUndefined();
  });

  it('with another hash function alone is none', () => {
    const sharing = buildFileSharing(file);
    const metadata = sharing.children[0] as Element;
    (metadata.children[3] as Element).attrs.algo = 'sha-1';
    expect(readFileSharing(message(sharing), gate)).toBeUndefined();
  });

  it('is none while files are off', () => {
    expect(readFileSharing(message(buildFileSharing(file)), undefined)).toBeUndefined();
  });
});
