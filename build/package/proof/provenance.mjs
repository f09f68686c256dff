/** An in-toto statement with SLSA provenance v1: from what, with what and by what the packages were made. */
import { execFileSync } from 'node:child_process';

const BUILD_TYPE = 'https://sallyport.invalid/build/package/v1';

function commit(root) {
  try {
    const options = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
    return execFileSync('git', ['-C', root, 'rev-parse', 'HEAD'], options).trim();
  } catch {
    return undefined;
  }
}

/**
 * @param {{ root: string, subjects: readonly { name: string, sha256: string }[], parameters: object,
 *   materials: readonly { name: string, sha256: string }[], electronVersion: string, epoch: number }} facts
 */
export function provenance({ root, subjects, parameters, materials, electronVersion, epoch }) {
  const source = commit(root);
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: subjects.map(({ name, sha256 }) => ({ name, digest: { sha256 } })),
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: BUILD_TYPE,
        externalParameters: parameters,
        internalParameters: { sourceDateEpoch: epoch, electron: electronVersion },
        resolvedDependencies: [
          ...(source === undefined ? [] : [{ name: 'source', digest: { gitCommit: source } }]),
          ...materials.map(({ name, sha256 }) => ({ name, digest: { sha256 } })),
        ],
      },
      runDetails: {
        builder: { id: 'https://sallyport.invalid/build/package', version: { node: process.version } },
      },
    },
  };
}
