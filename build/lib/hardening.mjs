/**
 * How the one native module that is compiled here is compiled: with what Debian's own packages are. The compiler's
 * defaults have neither a stack protector nor checked functions, and bind late.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LINUX = {
  compile: [
    '-O2',
    '-D_FORTIFY_SOURCE=2',
    '-fstack-protector-strong',
    '-fstack-clash-protection',
    ...(process.arch === 'x64' ? ['-fcf-protection'] : []),
  ],
  link: ['-Wl,-z,relro', '-Wl,-z,now', '-Wl,-z,noexecstack'],
};

/** Flags for compiler and linker; none on other systems, whose node-gyp brings its own. */
export const HARDENING = process.platform === 'linux' ? LINUX : { compile: [], link: [] };

/** The environment in which node-gyp's makefiles take them. */
export function hardenedEnvironment() {
  const compile = HARDENING.compile.join(' ');
  return { ...process.env, CFLAGS: compile, CXXFLAGS: compile, LDFLAGS: HARDENING.link.join(' ') };
}

const STAMP = join('build', 'Release', 'sallyport-flags.txt');
const text = () => `${[...HARDENING.compile, ...HARDENING.link].join('\n')}\n`;

/** True where the module in this package's directory was compiled with these flags. */
export function isHardened(directory) {
  const stamp = join(directory, STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === text();
}

/** Says so of a module that was just compiled. */
export function markHardened(directory) {
  writeFileSync(join(directory, STAMP), text());
}
