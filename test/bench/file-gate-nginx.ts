/** nginx's WebDAV PUT with the file gate's TLS: what the gate's throughput is compared with. */
import { spawn } from 'node:child_process';
import { chownSync, copyFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { atExit } from '../../build/lib/at-exit.ts';
import { asUser, makeUserDirectory, ordinaryUser, userEnvironment } from '../../build/lib/ordinary-user.ts';
import type { Pki } from '../../build/site/pki.ts';
import { freePort } from '../../build/site/prosody-process.ts';

export interface Nginx {
  readonly port: number;
  /** Of the process that takes the files. */
  readonly pid: number;
  stop(): Promise<void>;
}

const START_MS = 10_000;

function configuration(root: string, port: number): string {
  return `daemon off;
master_process off;
pid ${root}/nginx.pid;
error_log ${root}/error.log;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path ${root}/body;
  proxy_temp_path ${root}/proxy;
  fastcgi_temp_path ${root}/fastcgi;
  uwsgi_temp_path ${root}/uwsgi;
  scgi_temp_path ${root}/scgi;
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${root}/server.crt;
    ssl_certificate_key ${root}/server.key;
    ssl_protocols TLSv1.3;
    ssl_conf_command Ciphersuites TLS_AES_256_GCM_SHA384;
    ssl_session_tickets off;
    ssl_client_certificate ${root}/client-authorities.pem;
    ssl_verify_client on;
    ssl_verify_depth 3;
    client_max_body_size 1g;
    client_body_buffer_size 1m;
    root ${root}/files;
    location / { dav_methods PUT; create_full_put_path on; }
  }
}
`;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });
}

/** Starts Debian's nginx as an ordinary user, in one process. @throws Error when it does not listen */
export async function startNginx(directory: string, pki: Pki): Promise<Nginx> {
  const user = ordinaryUser();
  const path = (name: string) => join(directory, name);
  makeUserDirectory(user, directory, 0o755);
  for (const name of ['body', 'proxy', 'fastcgi', 'uwsgi', 'scgi', 'files'])
    makeUserDirectory(user, path(name));
  const port = await freePort();
  copyFileSync(pki.server.good.certificate, path('server.crt'));
  copyFileSync(pki.server.good.key, path('server.key'));
  copyFileSync(pki.chain, path('client-authorities.pem'));
  writeFileSync(path('nginx.conf'), configuration(directory, port));
  if (user.dropped)
    for (const name of ['server.crt', 'server.key', 'client-authorities.pem', 'nginx.conf'])
      chownSync(path(name), user.uid, user.gid);
  const { command, args } = asUser(user, 'nginx', [
    '-p',
    directory,
    '-c',
    path('nginx.conf'),
    '-e',
    path('error.log'),
  ]);
  const child = spawn(command, [...args], {
    env: userEnvironment(user),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => {
    output = (output + chunk.toString('utf8')).slice(-4096);
  });
  const takeBack = atExit(() => child.kill('SIGKILL'));
  const gone = new Promise<void>((done) => child.once('close', () => done()));
  const stop = async () => {
    takeBack();
    child.kill('SIGTERM');
    await gone;
  };
  const deadline = Date.now() + START_MS;
  while (!(await accepts(port))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`nginx did not start: ${output.trim()}`);
    }
    await sleep(20);
  }
  return { port, pid: child.pid ?? 0, stop };
}
