/**
 * Loads a policy over and over and prints, after each success, the time it was loaded at. A test kills it at a random
 * moment and looks at what it left behind.
 */
import { readFileSync } from 'node:fs';
import { nodeCrypto } from '../../src/platform/node-crypto.ts';
import { CLIENT_ENFORCES } from '../../src/policy/index.ts';
import { loadPolicy } from '../../src/policy-files/index.ts';

const configuration = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const options = {
  ...configuration,
  stateMacKey: Buffer.from(configuration.stateMacKey, 'hex'),
  acknowledged: CLIENT_ENFORCES,
  crypto: nodeCrypto,
};
for (let now = options.now + 1; ; now += 1) {
  await loadPolicy({ ...options, now });
  process.stdout.write(`${now}\n`);
}
