/** From a started program to a desk or a locked screen: audit log, keychain, policy, enrolment, in this order. */
import { nodeCrypto } from '../../platform/node-crypto.ts';
import type { LoadedPolicy } from '../../policy-files/index.ts';
import type { AppState, BuildInfo } from '../../shared/app-state.ts';
import { type ErrorReport, toErrorReport } from '../../shared/errors.ts';
import type { AuditRecord } from '../../shared/session-contract.ts';
import { importEnrolment } from '../keychain/enrolment.ts';
import type { Keychain } from '../keychain/keychain.ts';
import { stateMacKey } from '../keychain/keys.ts';
import { PolicyHolder } from '../policy/holder.ts';
import { openPolicy } from '../policy/open-policy.ts';
import { activationRecord, PolicyReloader, refusalBeside, refusalRecord } from '../policy/reloader.ts';
import { updateRecord } from '../policy/update-news.ts';
import type { AppPaths } from './paths.ts';

export interface OpenOptions {
  readonly paths: AppPaths;
  readonly build: BuildInfo;
  readonly buildTime: number;
  readonly keychain: Keychain;
  /** Throws AppError AUDIT_UNAVAILABLE. */
  readonly audit: (record: AuditRecord) => void;
  /** For what happens later; must not throw. */
  readonly auditLater: (record: AuditRecord) => void;
}

/** The policy in force, and what decides about its successors. */
export interface OpenedPolicy {
  readonly policy: PolicyHolder;
  readonly reloader: PolicyReloader;
}

/** The locked screen's state. Nothing is connected and no store is open while it is shown. */
export function lockedState(build: BuildInfo, error: ErrorReport): AppState {
  const hash = error.detail?.bundleSha256;
  return { kind: 'locked', build, error, bundleSha256: typeof hash === 'string' ? hash : '', support: '' };
}

/** @throws AppError: what the locked screen shows. */
export async function openUnderPolicy(options: OpenOptions): Promise<OpenedPolicy> {
  const { paths, build, buildTime, keychain, audit, auditLater } = options;
  audit({
    event: 'app.started',
    outcome: 'success',
    detail: { version: build.version, testBuild: build.testBuild },
  });
  try {
    const key = await stateMacKey(keychain, paths.stateKeyAccount, nodeCrypto.random);
    const loader = openPolicy({ paths, appVersion: build.version, buildTime, stateMacKey: key });
    const loaded = await loader.load({ now: Date.now() });
    if (loaded.stateProblem !== undefined) {
      audit({ event: 'policy.state-remade', outcome: 'failure', detail: { code: loaded.stateProblem } });
    }
    audit(activationRecord(loaded));
    const beside = refusalBeside(loaded);
    if (beside !== undefined) audit(refusalRecord(beside));
    const update = updateRecord(undefined, loaded);
    if (update !== undefined) audit(update);
    await enrol(options, loaded, audit);
    const refusal = beside === undefined ? undefined : { error: beside, at: new Date().toISOString() };
    const policy = new PolicyHolder(loaded, refusal);
    const reloader = new PolicyReloader({
      holder: policy,
      load: async (offered) => {
        const next = await loader.load({ now: Date.now(), ...(offered === undefined ? {} : { offered }) });
        // A key that waits for an epoch of the new policy; the sign-in says it when there is none.
        await enrol(options, next, auditLater).catch(() => undefined);
        return next;
      },
      audit: auditLater,
    });
    return { policy, reloader };
  } catch (error) {
    audit(refusalRecord(toErrorReport(error)));
    throw error;
  }
}

function enrol(
  { paths, keychain }: OpenOptions,
  { settings, machine }: LoadedPolicy,
  audit: (record: AuditRecord) => void,
): Promise<void> {
  return importEnrolment({
    directory: paths.machineDirectory,
    trustedOwners: [...paths.trustedOwners, ...ownUserId()],
    keychain,
    domain: settings.domain,
    kid: machine.machineId,
    epochs: settings.lock.epochs,
    audit,
  });
}

/** Who can write the keychain anyway may own the file whose key goes there; Windows judges access lists instead. */
function ownUserId(): readonly number[] {
  const uid = process.getuid?.();
  return uid === undefined ? [] : [uid];
}
