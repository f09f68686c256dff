/**
 * xmpp.js 0.14 as its README starts it, with a certificate where it has one: a process of its own, because a connection that
 * breaks off under it leaves rejections behind that nobody can catch. Reads `{port, domain, ca, certificate?, key?}` from its
 * input, writes `{received, error}`.
 */
import { readFileSync } from 'node:fs';
import { client as make } from '@xmpp/client';

/** A server that has had enough ends the connection before. */
const WAIT_MS = 20_000;

const { port, domain, ca, certificate, key } = JSON.parse(readFileSync(0, 'utf8'));
const loot = { received: '', error: '' };

function finish() {
  process.stdout.write(JSON.stringify(loot), () => process.exit(0));
}

function note(value) {
  loot.error ||= value instanceof Error ? value.message : String(value);
}

process.on('unhandledRejection', note);
const client = make({
  service: `xmpps://127.0.0.1:${port}`,
  domain,
  username: 'alice',
  password: 'secret',
  resource: 'rogue',
});
client.socketParameters = () => ({
  host: '127.0.0.1',
  port,
  servername: domain,
  ca,
  ...(certificate === undefined ? {} : { cert: certificate, key }),
});
client.reconnect.stop();
client.on('element', (element) => {
  loot.received += String(element);
});
client.on('error', (error) => {
  note(error);
  finish();
});
// It does not know what to do with the lock and waits, until the server has had enough of it.
client.on('disconnect', finish);
client.on('online', () => {
  loot.received += '<success/>';
  finish();
});
setTimeout(() => {
  note('the server kept the connection');
  finish();
}, WAIT_MS);
client.start().catch(note);
