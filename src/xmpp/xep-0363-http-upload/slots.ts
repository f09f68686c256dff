/** XEP-0363 HTTP File Upload, version 1.2.0: asking the own server for a slot, and reading its answer. */
import { AppError } from '../../shared/errors.ts';
import type { FileGatePolicy } from '../../shared/session-contract.ts';
import { NS } from '../namespaces.ts';
import type { Requests } from '../rfc6120-iq/requests.ts';
import { childOf, type Element, elementsOf, textOf, xml } from '../xml.ts';
import { gateTarget } from './gate-address.ts';

/** What a slot is asked for. */
export interface SlotRequest {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly mediaType: string;
}

/** Where a file may be put, and where it will be found; both at the approved gate. */
export interface UploadSlot {
  /** Request target (path and query) of the PUT. */
  readonly putTarget: string;
  /** Fields to send along with the PUT, by lower-case name (section 5). */
  readonly headers: Readonly<Record<string, string>>;
  readonly getUrl: string;
}

/** The only fields a slot may ask for (section 5). */
const HEADER_NAMES: ReadonlySet<string> = new Set(['authorization', 'cookie', 'expires']);
const HEADER_VALUE = /^[\x21-\x7e](?:[\x20-\x7e]{0,4094}[\x21-\x7e])?$/u;

/** The upload service of a domain, by the name the server kit gives it. */
export function uploadService(domain: string): string {
  return `upload.${domain}`;
}

export function buildSlotRequest({ name, size, mediaType }: SlotRequest): Element {
  return xml('request', {
    xmlns: NS.upload,
    filename: name,
    size: String(size),
    'content-type': mediaType,
  });
}

/** Reads the answer. Throws FILE_SLOT_REFUSED for what is no slot, FILE_ADDRESS_REFUSED for one elsewhere. */
export function readSlot(answer: Element, gate: FileGatePolicy): UploadSlot {
  const slot = childOf(answer, 'slot', NS.upload);
  const put = slot && childOf(slot, 'put', NS.upload);
  const get = slot && childOf(slot, 'get', NS.upload);
  const putUrl = put?.attrs.url;
  const getUrl = get?.attrs.url;
  if (put === undefined || putUrl === undefined || getUrl === undefined) throw malformed();
  const putTarget = gateTarget(putUrl, gate);
  if (putTarget === undefined || gateTarget(getUrl, gate) === undefined)
    throw new AppError('FILE_ADDRESS_REFUSED');
  return { putTarget, headers: readHeaders(put), getUrl };
}

function readHeaders(put: Element): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const header of elementsOf(put)) {
    const name = (header.attrs.name ?? '').toLowerCase();
    // Section 5: line breaks are taken out, and other names are ignored.
    const value = textOf(header)
      .replace(/[\r\n]/gu, '')
      .trim();
    if (!header.is('header', NS.upload) || !HEADER_NAMES.has(name)) continue;
    if (!HEADER_VALUE.test(value)) throw malformed();
    headers[name] = value;
  }
  return headers;
}

function malformed(): AppError<'FILE_SLOT_REFUSED'> {
  return new AppError('FILE_SLOT_REFUSED', { condition: 'malformed answer' });
}

/** Asks for a slot. Rejects with FILE_SLOT_REFUSED, FILE_ADDRESS_REFUSED, NOT_CONNECTED or STREAM_TIMEOUT. */
export async function requestSlot(
  request: SlotRequest,
  domain: string,
  gate: FileGatePolicy,
  requests: Requests,
): Promise<UploadSlot> {
  try {
    const answer = await requests.send('get', buildSlotRequest(request), uploadService(domain));
    return readSlot(answer, gate);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'MESSAGE_REFUSED') throw error;
    throw new AppError('FILE_SLOT_REFUSED', { condition: String(error.detail?.condition ?? '') });
  }
}
