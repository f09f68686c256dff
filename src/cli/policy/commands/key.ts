/** `key` on the command line: keys by themselves, for a rotation or from a token. */
import type { SignatureAlgorithm } from '../../../shared/crypto.ts';
import { CliError } from '../cli-error.ts';
import {
  type Common,
  type Context,
  type KeyArguments,
  type Register,
  withExamples,
  withJson,
  withOutput,
  withToken,
} from '../command.ts';
import { readInput, writeOutput } from '../files.ts';
import { writeKeyPair } from '../init.ts';
import { exportPublicKey, generateSigningKey, importPublicKey } from '../keys.ts';
import { openToken } from '../open-keys.ts';
import { algorithm } from '../options.ts';
import { printFacts } from '../output.ts';
import { newPassphrase } from '../passphrase.ts';

interface NewArguments extends Common {
  readonly algorithm: SignatureAlgorithm;
  readonly passphraseFile?: string;
  readonly unencryptedKeys?: true;
  readonly out: string;
}

/** `x.key.pem` has `x.pub.pem` beside it. */
function publicFileOf(path: string): string {
  return `${path.replace(/(?:\.key)?\.pem$/, '')}.pub.pem`;
}

async function runNew(args: NewArguments, { terminal }: Context): Promise<void> {
  const passphrase = await newPassphrase(args);
  const key = generateSigningKey(args.algorithm);
  const publicFile = publicFileOf(args.out);
  await writeKeyPair(key, { privateFile: args.out, publicFile }, passphrase, args.force === true);
  passphrase?.fill(0);
  const { keyid } = key;
  printFacts(terminal, args.json === true, {
    key: args.out,
    public: publicFile,
    keyid,
    algorithm: args.algorithm,
  });
}

interface ImportArguments extends Common, KeyArguments {
  readonly out: string;
}

async function runImport(args: ImportArguments, { terminal }: Context): Promise<void> {
  const token = await openToken(args);
  try {
    const [key, ...others] = token?.keys ?? [];
    if (key === undefined || others.length > 0) {
      throw new CliError('usage', '--pkcs11-module and one --pkcs11-key name the key');
    }
    // A key that can be named but does not sign would lock everybody out once it is in the root.
    key.sign(Buffer.from('sallyport-policy key import-public'));
    await writeOutput(args.out, exportPublicKey(key), { force: args.force === true });
    printFacts(terminal, args.json === true, {
      public: args.out,
      keyid: key.keyid,
      algorithm: key.algorithm,
    });
  } finally {
    token?.close();
  }
}

function runShow(file: string, args: Common, { terminal }: Context): void {
  const { keyid, algorithm: name } = importPublicKey(readInput(file).toString('latin1'), file);
  printFacts(terminal, args.json === true, { keyid, algorithm: name });
}

export const addKey: Register = (parent, context) => {
  const key = parent
    .command('key')
    .summary('make a key; take the public half from a token')
    .description('Make a key, take the public half from a token, tell the id of a key.');
  const making = key
    .command('new')
    .description('Make a key file, and its public half (.pub.pem) beside it, for `rotate-root --add`.')
    .option('--algorithm <name>', 'algorithm of the key', algorithm, 'ed25519')
    .option('--passphrase-file <file>', 'its first line encrypts the key file; without it: asked for')
    .option('--unencrypted-keys', 'write the key file unencrypted');
  withExamples(withOutput(making, 'the key file to write'), 'key new --out policy-3.key.pem').action(
    (args: NewArguments) => runNew(args, context),
  );
  const importing = key
    .command('import-public')
    .description(
      "Write the public half of a token's key into a file, for `init --policy-public-key` or `rotate-root --add`. " +
        'The token signs once, so that a key that cannot sign does not get into a root.',
    );
  withExamples(
    withOutput(withToken(importing, 'the key: its label, or id:HEX'), 'the public key to write (PEM)'),
    'key import-public --pkcs11-module /usr/lib/softhsm/libsofthsm2.so --pkcs11-token signing --pkcs11-key policy \\\n' +
      '    --out my-card.pub.pem',
  ).action((args: ImportArguments) => runImport(args, context));
  const showing = key
    .command('show')
    .description('Tell the id and the algorithm of a public key or a certificate.');
  withExamples(withJson(showing.argument('<file>')), 'key show my-card.pub.pem').action(
    (file: string, args: Common) => runShow(file, args, context),
  );
};
