/** A display without a screen: Xvfb, for windows that nobody looks at. */
import { asUser, ordinaryUser, userEnvironment } from '../lib/ordinary-user.ts';
import { started, startProgram } from './virtual-card/program.ts';

export interface Display {
  /** `DISPLAY`. */
  readonly name: string;
  stop(): Promise<void>;
}

/** Starts Xvfb on a free display number. */
export async function startDisplay(size = '1600x1000'): Promise<Display> {
  const user = ordinaryUser();
  // Xvfb writes the number it chose to its standard output, once it takes connections.
  const line = asUser(user, 'Xvfb', [
    '-displayfd',
    '1',
    '-screen',
    '0',
    `${size}x24`,
    '-nolisten',
    'tcp',
    '-noreset',
  ]);
  const program = startProgram(line.command, line.args, userEnvironment(user));
  const number = await started('Xvfb', program, () => /^(\d+)$/m.exec(program.output())?.[1]);
  return { name: `:${number}`, stop: program.stop };
}
