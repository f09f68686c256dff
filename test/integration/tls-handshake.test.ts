import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTlsFixture, type TlsFixture } from '../support/tls-fixture.ts';

let fixture: TlsFixture;
beforeAll(async () => {
  fixture = await startTlsFixture();
});
afterAll(() => fixture?.stop());

describe('handshake', () => {
  it('works', async () => {
    const server = await fixture.serve();
    const connection = await fixture.connect(server.port);
    console.log(connection.info, connection.tlsExporter);
    connection.destroy();
  });
});
