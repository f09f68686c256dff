/**
 * After-action exports: the session's records become a marked document and a proof that the analyst's card signs. Both go
 * where the policy lets files be saved, and each attempt is audited.
 */
import { createHash } from 'node:crypto';
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import {
  chainOf,
  documentOf,
  type ExportHead,
  exportMarking,
  makeProof,
  sha256,
} from '../../export/index.ts';
import { AppError } from '../../shared/errors.ts';
import {
  type ExportFormat,
  type ExportRecord,
  type ExportResult,
  type ExportScope,
  isExportRecord,
  MAX_EXPORT_RECORDS,
} from '../../shared/export-contract.ts';
import { EXPORT_DOCUMENT_TEXT } from '../../shared/export-text.ts';
import type { SecurityLabel } from '../../shared/labels.ts';
import type { AuditRecord } from '../../shared/session-contract.ts';
import type { Sign } from '../../shared/signing.ts';
import { ReceivedFile } from '../files/received-file.ts';
import { type SavePlaces, saveDirectory } from '../files/save-directory.ts';
import { isSameSigner } from '../signin/same-signer.ts';

/** Whose card signs. */
export interface ExportSigner {
  readonly name: string;
  /** DER. */
  readonly certificate: Uint8Array;
  /** Certificates that issued it, DER, the nearest first. */
  readonly chain: readonly Uint8Array[];
}

/** What the policy says of exports at this moment. */
export interface ExportRules {
  readonly allowed: boolean;
  readonly places: SavePlaces;
  readonly organisation: string;
  readonly domain: string;
  readonly machine: string;
  readonly banner: string;
  readonly catalogue: readonly SecurityLabel[];
}

export interface ExportDeskOptions {
  readonly rules: () => ExportRules;
  /** `undefined`: nobody is signed in with a card, or the screen is covered. */
  readonly signer: () => ExportSigner | undefined;
  readonly sign: Sign;
  /** Has the session collect the records; nothing about what it answers is known. */
  readonly collect: (scope: ExportScope) => Promise<unknown>;
  /** Prints a page to PDF. */
  readonly print: (html: string) => Promise<Uint8Array>;
  readonly audit: (record: AuditRecord) => void;
}

const ENDINGS: Readonly<Record<ExportFormat, string>> = {
  pdf: 'pdf',
  html: 'html',
  json: 'json',
  text: 'txt',
};

export class ExportDesk {
  readonly #options: ExportDeskOptions;
  /** One at a time, however often the window asks. */
  #busy = false;

  constructor(options: ExportDeskOptions) {
    this.#options = options;
  }

  /** Rejects with EXPORT_NOT_ALLOWED, EXPORT_NEEDS_CARD, EXPORT_EMPTY, EXPORT_TOO_LARGE, FILE_SAVE_… or the card's error. */
  async export(scope: ExportScope, format: ExportFormat): Promise<ExportResult> {
    const { audit } = this.#options;
    const about = { scope: scope.kind, format };
    try {
      if (this.#busy) throw new AppError('IPC_REFUSED');
      this.#busy = true;
      const {
        result,
        sha256: hash,
        marking,
      } = await this.#make(scope, format).finally(() => {
        this.#busy = false;
      });
      const detail = { ...about, records: result.records, sha256: hash, marking };
      audit({ event: 'history.exported', outcome: 'success', detail });
      return result;
    } catch (error) {
      const code = error instanceof AppError ? error.code : 'INTERNAL';
      audit({ event: 'history.exported', outcome: 'failure', detail: { ...about, code } });
      throw error;
    }
  }

  async #make(
    scope: ExportScope,
    format: ExportFormat,
  ): Promise<{ readonly result: ExportResult; readonly sha256: string; readonly marking: string }> {
    const { signer, sign, collect, print } = this.#options;
    const { places, organisation, domain, machine, banner, catalogue } = this.#allowed();
    const analyst = signer();
    if (analyst === undefined) throw new AppError('EXPORT_NEEDS_CARD');
    /** Reading and printing take their time: what was begun does not end under another policy, or without who began it. */
    const requireStill = (): void => {
      this.#allowed();
      if (!isSameSigner(signer(), analyst)) throw new AppError('EXPORT_NEEDS_CARD');
    };
    const directory = await saveDirectory(places);
    const records = chainOf(checked(await collect(scope)));
    const head: ExportHead = {
      title: EXPORT_DOCUMENT_TEXT.title(scope),
      marking: exportMarking(
        banner,
        catalogue,
        records.map(({ label }) => label),
      ),
      created: new Date().toISOString(),
      analyst: analyst.name,
      organisation,
    };
    const text = documentOf(format === 'pdf' ? 'html' : format, head, records);
    const document = format === 'pdf' ? await print(text) : new Uint8Array(Buffer.from(text, 'utf8'));
    const hash = sha256(document);
    const manifest = {
      format,
      sha256: hash,
      bytes: document.length,
      title: head.title,
      marking: head.marking,
      created: head.created,
      analyst: head.analyst,
      machine,
      records: records.length,
      lastHash: records.at(-1)?.hash ?? '',
      issuers: analyst.chain.map((der) => Buffer.from(der).toString('base64')),
    };
    requireStill();
    const proofText = await makeProof(manifest, analyst.certificate, sign);
    requireStill();
    const source = `https://${domain}:443/`;
    const name = await save(
      directory,
      `${fileNameOf(scope, head.created)}.${ENDINGS[format]}`,
      document,
      source,
    );
    const proof = await save(directory, `${name}.proof`, Buffer.from(proofText, 'utf8'), source).catch(
      async (error: unknown) => {
        // A document that nobody can prove, and that the audit log does not have, is none.
        await unlink(join(directory, name)).catch(() => undefined);
        throw error;
      },
    );
    return { result: { name, proof, records: records.length }, sha256: hash, marking: head.marking };
  }

  /** The policy's rules, where it allows exports. */
  #allowed(): ExportRules {
    const rules = this.#options.rules();
    if (!rules.allowed) throw new AppError('EXPORT_NOT_ALLOWED');
    return rules;
  }
}

/** The session reads what servers send: its records are taken only complete and within bounds. */
function checked(value: unknown): readonly ExportRecord[] {
  if (!Array.isArray(value) || !value.every(isExportRecord)) throw new AppError('INTERNAL');
  if (value.length > MAX_EXPORT_RECORDS)
    throw new AppError('EXPORT_TOO_LARGE', { limit: MAX_EXPORT_RECORDS });
  if (value.length === 0) throw new AppError('EXPORT_EMPTY');
  return value;
}

function fileNameOf(scope: ExportScope, created: string): string {
  const about = scope.kind === 'conversation' ? (scope.conversation.split('@')[0] ?? '') : 'search';
  return `sallyport-${about.slice(0, 40)}-${created.slice(0, 10)}`;
}

async function save(directory: string, name: string, data: Uint8Array, source: string): Promise<string> {
  const hash = createHash('sha256').update(data).digest('base64');
  const file = await ReceivedFile.open(directory, { name, size: data.length, sha256: hash, source });
  try {
    await file.write(data);
    return (await file.finish()).name;
  } catch (error) {
    await file.discard();
    throw error;
  }
}
