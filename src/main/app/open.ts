/** From a started program to a desk or a locked screen: audit log, keychain, policy, enrolment, in this order. */
import { nodeCrypto } from '../../platform/node-crypto.ts';
import type { LoadedPolicy } from '../../policy-files/index.ts';
import type { AppState, BuildInfo } from '../../shared/app-state.ts';
import { type ErrorReport, toErrorReport } from '../../shared/errors.ts';
import type { AuditRecord } from '../../shared/session-contract.ts';
import { importEnrolment } from '../keychain/enrolment.ts';
import type { Keychain } from '../keychain/keychain.ts';
import { stateMacKey } from '../keychain/keys.ts';
import { openPolicy } from '../policy/open-policy.ts';
import type { AppPaths } from './paths.ts';

export interface OpenOptions {
  readonly paths: AppPaths;
  readonly build: BuildInfo;
  readonly buildTime: number;
  readonly keychain: Keychain;
  /** Throws AppError AUDIT_UNAVAILABLE. */
  readonly audit: (record: AuditRecord) => void;
}

/** The locked screen's state. Nothing is connected and no store is open while it is shown. */
export function lockedState(build: BuildInfo, error: ErrorReport): AppState {
  const hash = error.detail?.bundleSha256;
  return { kind: 'locked', build, error, bundleSha256: typeof hash === 'string' ? hash : '', support: '' };
}

/** @throws AppError: what the locked screen shows. */
export async function openUnderPolicy(options: OpenOptions): Promise<LoadedPolicy> {
  const { paths, build, buildTime, keychain, audit } = options;
  audit({
    event: 'app.started',
    outcome: 'success',
    detail: { version: build.version, testBuild: build.testBuild },
  });
  try {
    const key = await stateMacKey(keychain, paths.stateKeyAccount, nodeCrypto.random);
    const loaded = await openPolicy({ paths, appVersion: build.version, buildTime, stateMacKey: key });
    const { policyId, sequence, sha256, signers, settings, machine } = loaded;
    audit({
      event: 'policy.activated',
      outcome: 'success',
      detail: { policyId, sequence, sha256, signers: signers.join(',') },
    });
    await importEnrolment({
      directory: paths.machineDirectory,
      trustedOwners: [...paths.trustedOwners, ...ownUserId()],
      keychain,
      domain: settings.domain,
      kid: machine.machineId,
      epochs: settings.lock.epochs,
      audit,
    });
    return loaded;
  } catch (error) {
    const { code, detail } = toErrorReport(error);
    audit({ event: 'policy.refused', outcome: 'failure', detail: { ...detail, code } });
    throw error;
  }
}

/** Who can write the keychain anyway may own the file whose key goes there; Windows judges access lists instead. */
function ownUserId(): readonly number[] {
  const uid = process.getuid?.();
  return uid === undefined ? [] : [uid];
}
