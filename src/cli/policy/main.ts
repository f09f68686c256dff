/** Entry of the `sallyport-policy` command. */
import { runPolicyCommand } from './program.ts';

/** `… | head` closes the pipe before everything is written: no failure of ours. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

void runPolicyCommand(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
}).then((code) => {
  process.exitCode = code;
});
