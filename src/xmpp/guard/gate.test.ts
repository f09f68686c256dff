import { describe, expect, it } from 'vitest';
import type { FullJid } from '../../shared/jid.ts';
import type { AuditRecord, GuardPolicy } from '../../shared/session-contract.ts';
import { NS } from '../namespaces.ts';
import { xml } from '../xml.ts';
import { createGuardConfig } from './config.ts';
import { Gate } from './gate.ts';

const policy: GuardPolicy = {
  domain: 'chat.example.mil',
  partners: [],
  subscriptions: 'internal',
  rooms: { services: [], create: false, invite: false },
  passwordChange: false,
  directory: false,
  location: false,
  activity: false,
  commands: false,
  whiteboard: false,
  templates: [],
  labels: { catalogue: [], required: false },
  fileGate: { host: 'files.example.mil', port: 443, path: '/', maximumBytes: 1000, types: [] },
};

function make() {
  const audits: AuditRecord[] = [];
  const config = createGuardConfig(policy, 'alice@chat.example.mil/desk' as FullJid);
  const gate = new Gate({
    config: () => config,
    received: () => undefined,
    reply: () => undefined,
    audit: (record) => audits.push(record),
    trace: () => undefined,
  });
  return { gate, audits };
}

const slotAt = (url: string, type = 'result') =>
  xml(
    'iq',
    { xmlns: NS.client, type, id: 'q1', from: 'upload.chat.example.mil', to: 'alice@chat.example.mil/desk' },
    xml('slot', { xmlns: NS.upload }, xml('put', { url }), xml('get', { url })),
  );

describe('an answer that the guard refuses', () => {
  it('becomes an error for whoever asked, without what was in it', () => {
    const { gate, audits } = make();
    const passed = gate.incoming(slotAt('https://evil.example/a'));
    expect(passed?.attrs).toMatchObject({ type: 'error', id: 'q1', from: 'upload.chat.example.mil' });
    expect(passed?.toString()).not.toContain('evil');
    expect(audits).toMatchObject([{ event: 'stanza-refused', detail: { direction: 'in', reason: 'file' } }]);
  });

  it('that it does not refuse stays as it is, and what is no answer is gone', () => {
    const { gate } = make();
    expect(gate.incoming(slotAt('https://files.example.mil/a'))?.toString()).toContain('files.example.mil');
    expect(gate.incoming(slotAt('https://evil.example/a', 'set'))).toBeUndefined();
  });
});
