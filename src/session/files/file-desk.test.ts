import { describe, expect, it } from 'vitest';
import { isChangeOf } from '../../shared/chat-collections.ts';
import type { ChatEvent } from '../../shared/chat-model.ts';
import { AppError } from '../../shared/errors.ts';
import type { FilePolicy, FileTransfer, SharedFile } from '../../shared/file-contract.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { AuditRecord } from '../../shared/session-contract.ts';
import type { TlsClientOptions } from '../../tls/index.ts';
import type { UploadSlot } from '../../xmpp/index.ts';
import { FileDesk, type FileOffer } from './file-desk.ts';
import { SaveChannel } from './save-channel.ts';

const bob = 'bob@chat.example.mil' as BareJid;
const policy: FilePolicy = {
  host: 'files.example.mil',
  port: 443,
  pins: [],
  path: '/',
  maximumBytes: 1000,
  types: ['application/pdf'],
  origins: ['choose'],
};
const offer: FileOffer = {
  conversation: bob,
  kind: 'contact',
  name: 'report.pdf',
  mediaType: 'application/pdf',
  size: 3,
  origin: 'choose',
};
const file: SharedFile = {
  name: 'report.pdf',
  mediaType: 'application/pdf',
  size: 3,
  sha256: 'x',
  url: 'https://evil.example/',
};

function make(access: FilePolicy | undefined = policy) {
  const transfers = new Map<string, FileTransfer>();
  const audit: AuditRecord[] = [];
  const sent: SharedFile[] = [];
  const slots: ((error: AppError) => void)[] = [];
  const desk = new FileDesk({
    channel: new SaveChannel(),
    requestSlot: () => new Promise<UploadSlot>((_resolve, reject) => slots.push(reject)),
    sendFile: (_offer, shared) => sent.push(shared),
    emit: (event: ChatEvent) => {
      if (!isChangeOf(event, 'transfers')) return;
      for (const id of event.remove) transfers.delete(id);
      for (const transfer of event.upsert) transfers.set(transfer.id, transfer);
    },
    audit: (record) => audit.push(record),
  });
  desk.configure(access && { policy: access, tls: {} as TlsClientOptions });
  return { desk, transfers, audit, sent, slots };
}

const settled = () => new Promise(setImmediate);

describe('an offer', () => {
  it.each([
    ['FILES_OFF', {}, undefined],
    ['FILE_EMPTY', { size: 0 }, policy],
    ['FILE_TOO_LARGE', { size: 1001 }, policy],
    ['FILE_TYPE_REFUSED', { mediaType: 'text/html' }, policy],
    ['FILE_TYPE_REFUSED', { mediaType: '' }, policy],
    ['FILE_DROP_REFUSED', { origin: 'drop' as const }, policy],
    ['FILE_PASTE_REFUSED', { origin: 'paste' as const }, policy],
  ])('is refused with %s before a byte is read: %j', (code, change, access) => {
    const { desk, transfers, audit, slots } = make(access);
    if (access === undefined) desk.configure(undefined);
    expect(() => desk.offer({ ...offer, ...change })).toThrow(expect.objectContaining({ code }));
    expect(transfers.size).toBe(0);
    expect(slots).toHaveLength(0);
    expect(audit).toEqual([
      {
        event: 'file-refused',
        outcome: 'failure',
        detail: expect.objectContaining({ code, conversation: bob }),
      },
    ]);
  });

  it('shows a name that hides nothing', () => {
    const { desk, transfers } = make();
    const id = desk.offer({ ...offer, name: '/home/x/\u202efdp.exe' });
    expect(transfers.get(id)?.name).toBe('_home_x_fdp.exe');
  });

  it('waits for its turn behind two others, and can be taken back', async () => {
    const { desk, transfers, slots, audit } = make();
    const ids = [desk.offer(offer), desk.offer(offer), desk.offer(offer)];
    await settled();
    expect([...transfers.values()].map(({ state }) => state)).toEqual(['uploading', 'uploading', 'waiting']);
    expect(slots).toHaveLength(2);
    desk.cancel(ids[2] ?? '');
    await settled();
    expect(transfers.size).toBe(2);
    expect(audit.some(({ detail }) => detail.code === 'CANCELLED')).toBe(true);
  });

  it('that fails says why, sends nothing and refuses further parts', async () => {
    const { desk, transfers, slots, sent } = make();
    const id = desk.offer(offer);
    await settled();
    slots[0]?.(new AppError('STREAM_TIMEOUT'));
    await settled();
    expect(transfers.get(id)).toMatchObject({
      state: 'failed',
      error: { code: 'FILE_GATE_UNREACHABLE', detail: { code: 'STREAM_TIMEOUT' } },
    });
    expect(sent).toEqual([]);
    await expect(desk.put(id, new Uint8Array(1))).rejects.toThrow('IPC_REFUSED');
  });

  it('ends when the connection is to end, and when its window is gone', async () => {
    const { desk, transfers } = make();
    const id = desk.offer(offer);
    desk.suspend();
    await settled();
    expect(transfers.get(id)).toMatchObject({ state: 'failed', error: { code: 'FILE_GATE_UNREACHABLE' } });
    const left = make();
    const other = left.desk.offer(offer);
    await settled();
    const part = left.desk.put(other, new Uint8Array(1));
    left.desk.windowGone();
    await expect(part).rejects.toThrow('FILE_READ_FAILED');
    const closed = make();
    closed.desk.offer(offer);
    closed.desk.close();
    expect(closed.transfers.size).toBe(0);
  });

  it('is one of a bounded number', () => {
    const { desk } = make();
    for (let count = 0; count < 50; count += 1) desk.offer(offer);
    expect(() => desk.offer(offer)).toThrow(expect.objectContaining({ code: 'FILE_TOO_MANY' }));
  });
});

describe('saving', () => {
  it('never goes to another address than the gate’s, nor opens a file for it', async () => {
    const { desk, transfers, audit } = make();
    const id = desk.save(bob, 'm', file);
    await settled();
    expect(transfers.get(id)).toMatchObject({ state: 'failed', error: { code: 'FILE_ADDRESS_REFUSED' } });
    expect(audit).toMatchObject([{ event: 'file-download', detail: { code: 'FILE_ADDRESS_REFUSED' } }]);
  });

  it('is not possible while files are off', () => {
    const { desk } = make();
    desk.configure(undefined);
    expect(() => desk.save(bob, 'm', file)).toThrow(expect.objectContaining({ code: 'FILES_OFF' }));
  });
});
