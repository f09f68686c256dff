/**
 * Run inside fresh network and mount namespaces (`unshare -n -m`): makes a second namespace for the rest of the world,
 * with two addresses, loads a rule set on this side and tries connections both ways. Prints one JSON line.
 *
 * Arguments: the rule set, then probes `PROTOCOL:ADDRESS:PORT`; one to 10.77.0.1 is tried from the other side.
 */
import { execFileSync, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

const HERE = '10.77.0.1';
const THERE = ['10.77.0.2', '10.77.0.3'];
const WAIT_MS = 700;

const ip = (...args) => execFileSync('ip', args);
const parse = (probe) => {
  const [protocol, address, port] = probe.split(':');
  return { protocol, address, port: Number(port) };
};

/** Answers on the ports of the probes to `addresses`. */
async function listen(probes, addresses) {
  for (const { protocol, address, port } of probes.filter((probe) => addresses.includes(probe.address))) {
    if (protocol === 'tcp') {
      const server = createServer((socket) => socket.on('error', () => undefined).end('here'));
      server.listen(port, address);
      await once(server, 'listening');
    } else {
      const socket = createSocket('udp4');
      socket.on('message', (_, from) => socket.send('here', from.port, from.address));
      socket.bind(port, address);
      await once(socket, 'listening');
    }
  }
}

function tryTcp({ address, port }) {
  return new Promise((resolve) => {
    const socket = connect(port, address);
    const end = (result) => {
      socket.destroy();
      resolve(result);
    };
    setTimeout(() => end('silent'), WAIT_MS);
    socket.on('data', () => end('open'));
    socket.on('error', () => end('refused'));
  });
}

function tryUdp({ address, port }) {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const end = (result) => {
      clearTimeout(timer);
      socket.removeAllListeners();
      socket.on('error', () => undefined);
      socket.close();
      resolve(result);
    };
    const timer = setTimeout(() => end('silent'), WAIT_MS);
    socket.on('message', () => end('open'));
    socket.on('error', () => end('refused'));
    socket.send('there?', port, address, (error) => error && end('refused'));
  });
}

async function attempt(probes) {
  const results = {};
  await Promise.all(
    probes.map(async (probe) => {
      const result = await (probe.protocol === 'tcp' ? tryTcp(probe) : tryUdp(probe));
      results[`${probe.protocol}:${probe.address}:${probe.port}`] = result;
    }),
  );
  return results;
}

async function world(probes) {
  await listen(probes, THERE);
  process.stdin.on('end', () => process.exit(0));
  process.stdout.write('ready\n');
  await once(process.stdin, 'data');
  process.stdout.write(
    `${JSON.stringify(await attempt(probes.filter(({ address }) => address === HERE)))}\n`,
  );
  process.stdin.destroy();
  process.exit(0);
}

async function computer(rules, texts) {
  const probes = texts.map(parse);
  ip('link', 'set', 'lo', 'up');
  const other = spawn('unshare', ['-n', process.execPath, import.meta.filename, '--hold'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(other.stdout, 'data');
  const inside = (...command) => execFileSync('nsenter', ['-t', String(other.pid), '-n', ...command]);
  ip('link', 'add', 'name', 'here0', 'type', 'veth', 'peer', 'name', 'there0');
  ip('link', 'set', 'there0', 'netns', String(other.pid));
  ip('addr', 'add', `${HERE}/24`, 'dev', 'here0');
  ip('link', 'set', 'here0', 'up');
  for (const address of THERE) inside('ip', 'addr', 'add', `${address}/24`, 'dev', 'there0');
  inside('ip', 'link', 'set', 'there0', 'up');
  const rest = spawn(
    'nsenter',
    ['-t', String(other.pid), '-n', process.execPath, import.meta.filename, '--world', ...texts],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  await once(rest.stdout, 'data');
  await listen(probes, [HERE]);
  if (rules !== 'none') execFileSync('nft', ['-f', rules], { stdio: ['ignore', 'inherit', 'inherit'] });
  const out = await attempt(probes.filter(({ address }) => address !== HERE));
  rest.stdin.write('go\n');
  const [answer] = await once(rest.stdout, 'data');
  other.stdin.end();
  process.stdout.write(`${JSON.stringify({ ...out, ...JSON.parse(String(answer)) })}\n`);
  process.exit(0);
}

const [mode, ...rest] = process.argv.slice(2);
if (mode === '--hold') {
  process.stdout.write('ready\n');
  process.stdin.resume().on('end', () => process.exit(0));
} else if (mode === '--world') await world(rest.map(parse));
else await computer(mode, rest);
