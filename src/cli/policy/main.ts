/** Entry of the `sallyport-policy` command. */
import { runPolicyCommand } from './program.ts';

void runPolicyCommand(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
}).then((code) => {
  process.exitCode = code;
});
