/** The smart card as the other processes see it. The token process's own entry is process.ts. */
export {
  forkTokenProcess,
  killAtOnce,
  type TokenChild,
} from './child.ts';
export { findApprovedModule, moduleSha256 } from './module-file.ts';
export { TokenSupervisor, type TokenSupervisorOptions } from './supervisor.ts';
export type {
  CertificateRules,
  SelectedCertificate,
  TokenConfig,
  TokenModuleConfig,
  TokenStatus,
} from './types.ts';
export { installedModules, type WellKnownModule, wellKnownModules } from './well-known-modules.ts';
