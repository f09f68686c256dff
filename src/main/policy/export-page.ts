/** Exporting the policy page for the help desk: text, signature, the user's choice of a file. */
import { basename } from 'node:path';
import { writeFileAtomically } from '../../platform/atomic-file.ts';
import { formatReport, signReport } from '../../policy-files/index.ts';
import type { BuildInfo } from '../../shared/app-state.ts';
import { AppError } from '../../shared/errors.ts';
import type { PolicyExport, PolicyPage } from '../../shared/policy-page.ts';
import type { AuditRecord } from '../../shared/session-contract.ts';
import type { Sign } from '../../shared/signing.ts';

/** Whose card signs. */
export interface ReportSigner {
  /** Shown in the report. */
  readonly name: string;
  /** DER. */
  readonly certificate: Uint8Array;
  readonly sign: Sign;
}

export interface ExportOptions {
  readonly page: PolicyPage;
  readonly build: BuildInfo;
  readonly now: Date;
  /** Absent while nobody is signed in with a card. */
  readonly signer: ReportSigner | undefined;
  /** Asks for a file; `undefined` when the user changed their mind. */
  readonly chooseFile: (suggestion: string) => Promise<string | undefined>;
  readonly audit: (record: AuditRecord) => void;
}

/** A card that is gone or locked by now signs nothing: the report is then not signed, and says nothing else. */
async function signed(text: string, signer: ReportSigner | undefined): Promise<string> {
  if (signer === undefined) return text;
  return signReport(text, signer.certificate, signer.sign).catch(() => text);
}

/** @throws AppError IPC_REFUSED where the policy does not allow it, POLICY_EXPORT_FAILED */
export async function exportPage(options: ExportOptions): Promise<PolicyExport> {
  const { page, build, now, signer, chooseFile, audit } = options;
  if (!page.mayExport) throw new AppError('IPC_REFUSED');
  const time = now.toISOString();
  const day = time.slice(0, 10);
  const path = await chooseFile(`sallyport-policy-${page.machineId}-${day}.txt`);
  if (path === undefined) return { kind: 'cancelled' };
  const text = formatReport(page, {
    appVersion: build.version,
    platform: process.platform,
    time,
    ...(signer === undefined ? {} : { analyst: signer.name }),
  });
  const report = await signed(text, signer);
  try {
    await writeFileAtomically(path, report, 0o600);
  } catch (error) {
    throw new AppError('POLICY_EXPORT_FAILED', { file: basename(path) }, { cause: error });
  }
  const isSigned = report !== text;
  audit({ event: 'policy.exported', outcome: 'success', detail: { signed: isSigned } });
  return { kind: 'saved', signed: isSigned, name: basename(path) };
}
