/** What the chat window may ask about the policy: the page, and its export. */
import { basename } from 'node:path';
import type { BuildInfo } from '../../shared/app-state.ts';
import { AppError } from '../../shared/errors.ts';
import type { PolicyExport, PolicyPage } from '../../shared/policy-page.ts';
import type { AuditRecord } from '../../shared/session-contract.ts';
import type { Sign } from '../../shared/signing.ts';
import { exportPage } from '../policy/export-page.ts';
import type { PolicyHolder } from '../policy/holder.ts';
import { policyPage } from '../policy/page.ts';
import type { SignInDriver } from '../signin/driver.ts';
import { isSameSigner } from '../signin/same-signer.ts';

export interface PolicyDeskOptions {
  readonly build: BuildInfo;
  readonly policy: PolicyHolder;
  readonly driver: SignInDriver;
  /** Signs with the card's selected certificate. */
  readonly sign: Sign;
  /** Asks for a file to save to; `undefined` when the user changed their mind. */
  readonly chooseFile: (suggestion: string) => Promise<string | undefined>;
  readonly audit: (record: AuditRecord) => void;
}

export class PolicyDesk {
  readonly #options: PolicyDeskOptions;
  /** One dialog at a time, however often the window asks. */
  #exporting = false;

  constructor(options: PolicyDeskOptions) {
    this.#options = options;
  }

  /** @throws AppError IPC_REFUSED unless somebody is signed in and the screen is not covered */
  page(): PolicyPage {
    const { policy, driver } = this.#options;
    const { state } = driver;
    if (state.kind !== 'running' || state.screenLocked || state.signIn.step !== 'online') {
      throw new AppError('IPC_REFUSED');
    }
    return policyPage(policy.view, Date.now());
  }

  /** @throws AppError IPC_REFUSED, POLICY_EXPORT_FAILED */
  async export(): Promise<PolicyExport> {
    const { build, driver, sign, chooseFile, audit } = this.#options;
    const page = this.page();
    if (this.#exporting) throw new AppError('IPC_REFUSED');
    this.#exporting = true;
    try {
      const signer = driver.signer;
      const signAsBefore: Sign = async (request) => {
        if (signer === undefined || !isSameSigner(driver.signer, signer))
          throw new AppError('LOGIN_REQUIRED');
        return sign(request);
      };
      return await exportPage({
        page,
        build,
        now: new Date(),
        signer: signer === undefined ? undefined : { ...signer, sign: signAsBefore },
        chooseFile: async (suggestion) => {
          const path = await chooseFile(basename(suggestion));
          // The desktop's dialog stands before the cover, too.
          this.page();
          return path;
        },
        audit,
      });
    } finally {
      this.#exporting = false;
    }
  }
}
