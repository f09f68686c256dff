/** The steps of a diagnosis that concern the card: module, token, certificate, login. */

import type { CertificateChoice } from '../../shared/app-state.ts';
import { AppError } from '../../shared/errors.ts';
import type { TokenConfig } from '../../token/index.ts';
import {
  findApprovedModule,
  forkTokenProcess,
  moduleSha256,
  type TokenStatus,
  TokenSupervisor,
} from '../../token/index.ts';

/** How long a reader and a card may take to show. */
const CARD_WAIT_MS = 15_000;
/** A card that was just put in reports `NO_CARD` for a moment. */
const SETTLE_MS = 1_500;

/** The module that is tested must be one the policy allows, by path and hash. */
export async function checkModule(
  config: TokenConfig,
  wanted: string | undefined,
): Promise<{ readonly config: TokenConfig; readonly path: string; readonly sha256: string }> {
  const modules =
    wanted === undefined ? config.modules : config.modules.filter(({ path }) => path === wanted);
  if (wanted !== undefined && modules.length === 0) {
    throw new AppError('MODULE_NOT_CONFIGURED', { path: wanted, sha256: await moduleSha256(wanted) });
  }
  const path = await findApprovedModule(modules);
  return { config: { ...config, modules }, path, sha256: await moduleSha256(path) };
}

export type CardStatus = Extract<TokenStatus, { kind: 'card' }>;

/** Starts the token process and waits for a card or for the reason why there is none. */
export async function findCard(supervisor: TokenSupervisor): Promise<CardStatus> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    let settle: NodeJS.Timeout | undefined;
    const done = (): void => {
      clearTimeout(settle);
      clearTimeout(limit);
      unsubscribe();
    };
    const onStatus = (status: TokenStatus): void => {
      clearTimeout(settle);
      if (status.kind === 'card') {
        done();
        resolve(status);
      } else if (status.kind === 'error') {
        const { code, detail } = status.error;
        const left = Math.max(0, started + SETTLE_MS - performance.now());
        settle = setTimeout(() => {
          done();
          reject(new AppError(code, detail));
        }, left);
      }
    };
    const limit = setTimeout(() => {
      done();
      reject(new AppError('NO_READER'));
    }, CARD_WAIT_MS);
    const unsubscribe = supervisor.onStatus(onStatus);
    onStatus(supervisor.status);
  });
}

/** The one certificate that fits; a diagnosis does not choose between several. */
export function onlyCertificate({ certificates }: CardStatus): CertificateChoice {
  const [first] = certificates;
  if (first === undefined) throw new AppError('CERTIFICATE_NOT_FOUND');
  return first;
}

/** Unlocks the card with the PIN, which is erased. */
export async function logIn(supervisor: TokenSupervisor, pin: Uint8Array): Promise<void> {
  const reply = await supervisor.login(pin);
  if (reply.kind === 'refused') throw new AppError(reply.error.code, reply.error.detail);
}

export function startTokenProcess(config: TokenConfig, processFile: string): TokenSupervisor {
  const supervisor = new TokenSupervisor({ config, spawn: () => forkTokenProcess(processFile, process.env) });
  supervisor.start();
  return supervisor;
}
