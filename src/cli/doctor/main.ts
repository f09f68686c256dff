/** Entry of the `sallyport-doctor` command. */
import { join } from 'node:path';
import { diagnose } from './diagnose.ts';
import { parseArguments, UsageError } from './options.ts';
import { makeOutput } from './output.ts';
import { EXIT_OK, EXIT_USAGE } from './steps.ts';

declare const __APP_VERSION__: string;

async function run(): Promise<number> {
  try {
    const options = parseArguments(process.argv.slice(2));
    const environment = {
      tokenFile: join(__dirname, 'token.cjs'),
      workerFile: join(__dirname, 'tls-worker.cjs'),
      appVersion: __APP_VERSION__,
    };
    return await diagnose(
      options,
      environment,
      makeOutput(options.json, (text) => process.stdout.write(text)),
    );
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    (error.isHelp ? process.stdout : process.stderr).write(error.message);
    return error.isHelp ? EXIT_OK : EXIT_USAGE;
  }
}

void run().then((code) => {
  process.exitCode = code;
});
