/**
 * XEP-0447 Stateless file sharing, version 0.2.0, with the metadata of XEP-0446 and the address of XEP-0103: one file of
 * the approved gate a message. The guard has looked at it before; here it is read with bounds of its own.
 */
import { decodeBase64Exactly } from '../../shared/encoding.ts';
import { displayFileName, mediaTypeOf, type SharedFile } from '../../shared/file-contract.ts';
import type { FileGatePolicy } from '../../shared/session-contract.ts';
import { NS } from '../namespaces.ts';
import { gateTarget } from '../xep-0363-http-upload/gate-address.ts';
import { childOf, childText, type Element, elementsOf, textOf, toXmlText, xml } from '../xml.ts';

const SHA256_BYTES = 32;
const SIZE = /^(?:0|[1-9]\d{0,15})$/u;
/** Elements of the metadata that are looked at for the hash. */
const MAX_METADATA = 32;

export function buildFileSharing(file: SharedFile): Element {
  return xml(
    'file-sharing',
    { xmlns: NS.fileSharing, disposition: 'attachment' },
    xml(
      'file',
      { xmlns: NS.fileMetadata },
      xml('media-type', {}, file.mediaType),
      xml('name', {}, toXmlText(file.name)),
      xml('size', {}, String(file.size)),
      xml('hash', { xmlns: NS.hashes, algo: 'sha-256' }, file.sha256),
    ),
    xml('sources', {}, xml('url-data', { xmlns: NS.urlData, target: file.url })),
  );
}

/** The file a message tells of; `undefined` without one, without a gate, or where anything about it is missing. */
export function readFileSharing(message: Element, gate: FileGatePolicy | undefined): SharedFile | undefined {
  const sharing = childOf(message, 'file-sharing', NS.fileSharing);
  if (sharing === undefined || gate === undefined) return undefined;
  const file = childOf(sharing, 'file', NS.fileMetadata);
  const sources = childOf(sharing, 'sources', NS.fileSharing);
  if (file === undefined || sources === undefined) return undefined;
  const size = childText(file, 'size', NS.fileMetadata) ?? '';
  const sha256 = readSha256(file);
  const url = childOf(sources, 'url-data', NS.urlData)?.attrs.target ?? '';
  if (!SIZE.test(size) || Number(size) > gate.maximumBytes) return undefined;
  if (sha256 === undefined || gateTarget(url, gate) === undefined) return undefined;
  return {
    name: displayFileName(childText(file, 'name', NS.fileMetadata) ?? ''),
    mediaType: mediaTypeOf(childText(file, 'media-type', NS.fileMetadata) ?? ''),
    size: Number(size),
    sha256,
    url,
  };
}

function readSha256(file: Element): string | undefined {
  for (const child of elementsOf(file).slice(0, MAX_METADATA)) {
    if (!child.is('hash', NS.hashes) || child.attrs.algo !== 'sha-256') continue;
    const text = textOf(child).trim();
    return decodeBase64Exactly(text, SHA256_BYTES) === undefined ? undefined : text;
  }
  return undefined;
}
