/** Rooms on the real Prosody: listed, made, configured, administered, given up, invited to, kept, and 200 of them at once. */
import { describe, expect, it } from 'vitest';
import type { BareJid } from '../../src/shared/jid.ts';
import type { RoomInvitation } from '../../src/shared/room-contract.ts';
import { analystsAt } from '../support/analysts.ts';
import { type Analyst, until } from '../support/xmpp-analyst.ts';

const office = analystsAt([{ account: 'alice' }, { account: 'bob' }]);
const { signIn } = office;

const roomJid = (name: string) => `${name}@${office.site.server.roomService}` as BareJid;
const extensions = (analyst: Analyst) => analyst.client.extensions;

describe('a room of one’s own', () => {
  it('is made, configured by its own form, found in the list, told of, and given up', async () => {
    const [alice, bob] = [await signIn('alice'), await signIn('bob')];
    const ops = roomJid('own-ops');
    await alice.join(ops);
    const { roomAdministration, roomService } = extensions(alice);
    const form = await roomAdministration.form(ops);
    expect(form.fields.find(({ name }) => name === 'muc#roomconfig_roomname')).toMatchObject({
      type: 'text-single',
    });
    await roomAdministration.configure(ops, [
      { name: 'muc#roomconfig_roomname', values: ['Operations'] },
      { name: 'muc#roomconfig_roomdesc', values: ['Watch of the sector'] },
      { name: 'muc#roomconfig_moderatedroom', values: ['1'] },
    ]);
    const again = await roomAdministration.form(ops);
    expect(again.fields.find(({ name }) => name === 'muc#roomconfig_roomname')?.values).toEqual([
      'Operations',
    ]);
    const listed = await extensions(bob).roomService.list(office.site.server.roomService);
    expect(listed.rooms).toContainEqual({ jid: ops, name: 'Operations' });
    expect(await roomService.describe(ops)).toMatchObject({
      name: 'Operations',
      description: 'Watch of the sector',
      occupants: 1,
      moderated: true,
      membersOnly: false,
      archived: true,
    });
    await expect(extensions(bob).roomAdministration.form(ops)).rejects.toMatchObject({
      code: 'ROOM_FORBIDDEN',
    });
    await expect(extensions(bob).roomService.describe(roomJid('no-such-room'))).rejects.toMatchObject({
      code: 'ROOM_NOT_FOUND',
    });
    await bob.join(ops);
    await roomAdministration.destroy(ops, 'over');
    await until('destroyed', () => bob.room(ops)?.error?.detail?.condition === 'destroyed');
    const after = await roomService.list(office.site.server.roomService);
    expect(after.rooms.some(({ jid }) => jid === ops)).toBe(false);
  });

  it('voice, moderator, member, kick and ban', async () => {
    const [alice, bob] = [await signIn('alice'), await signIn('bob')];
    const ops = roomJid('own-people');
    await alice.join(ops);
    await bob.join(ops);
    const { roomAdministration } = extensions(alice);
    const bobs = () => alice.occupants.get(ops)?.get('bob');
    await roomAdministration.setRole(ops, 'bob', 'visitor', '');
    await until('no voice', () => bobs()?.role === 'visitor');
    await roomAdministration.setRole(ops, 'bob', 'moderator', '');
    await until('moderator', () => bobs()?.role === 'moderator');
    await roomAdministration.setAffiliation(ops, bob.jid, 'member', 'night watch');
    await until('member', () => bobs()?.affiliation === 'member');
    expect((await roomAdministration.affiliated(ops, 'member')).map(({ jid }) => jid)).toEqual([bob.jid]);
    await expect(
      extensions(bob).roomAdministration.setAffiliation(ops, alice.jid, 'outcast', ''),
    ).rejects.toMatchObject({ code: 'ROOM_FORBIDDEN' });
    await roomAdministration.setRole(ops, 'bob', 'none', 'mind the label');
    await until('kicked', () => bob.room(ops)?.error?.detail?.condition === 'kicked');
    await bob.join(ops);
    await roomAdministration.setAffiliation(ops, bob.jid, 'outcast', '');
    await until('banned', () => bob.room(ops)?.error?.detail?.condition === 'banned');
    expect((await roomAdministration.affiliated(ops, 'outcast')).map(({ jid }) => jid)).toEqual([bob.jid]);
    await expect(
      roomAdministration.setAffiliation(ops, 'eve@evil.example' as BareJid, 'member', ''),
    ).rejects.toMatchObject({ code: 'GUARD_REFUSED' });
  });
});

describe('invitations', () => {
  it('through the room and directly arrive; declining is told', async () => {
    const [alice, bob] = [await signIn('alice'), await signIn('bob')];
    const ops = roomJid('invited');
    const seen: (RoomInvitation | undefined)[] = [];
    extensions(bob).invitations.on('change', (_room, invitation) => seen.push(invitation));
    await alice.join(ops);
    extensions(alice).invitations.invite(ops, bob.jid, 'come in');
    const mediated = await until('mediated', () => seen.at(-1));
    expect(mediated).toMatchObject({ room: ops, by: 'room', reason: 'come in' });
    expect(mediated.from.startsWith(alice.jid)).toBe(true);
    extensions(bob).invitations.answer(ops, false);
    expect(extensions(bob).invitations.open).toEqual([]);
    alice.client.leaveRoom(ops);
    await until('left', () => alice.client.extensions.invitations !== undefined);
    extensions(alice).invitations.invite(roomJid('elsewhere'), bob.jid, 'directly');
    expect(await until('direct', () => seen.at(-1))).toMatchObject({ by: 'person', from: alice.jid });
  });
});

describe('what a server can', () => {
  it('keeps bookmarks, for all of the user’s computers', async () => {
    const alice = await signIn('alice');
    const { bookmarks } = extensions(alice);
    await until('support', () => bookmarks.support === 'kept');
    await bookmarks.keep({ id: roomJid('kept'), name: 'Kept', autojoin: true });
    const laptop = await signIn('alice');
    await until('bookmark', () => extensions(laptop).bookmarks.get(roomJid('kept'))?.autojoin);
    await bookmarks.remove(roomJid('kept'));
    const later = await signIn('alice');
    await until('list', () => extensions(later).bookmarks.support === 'kept');
    expect(extensions(later).bookmarks.all).toEqual([]);
  });

  it('enters 200 rooms, and answers meanwhile', async () => {
    const alice = await signIn('alice');
    const rooms = Array.from({ length: 200 }, (_, index) => roomJid(`many-${index}`));
    for (const room of rooms) alice.client.joinRoom(room);
    await alice.client.ping();
    expect(rooms.some((room) => alice.room(room)?.state === 'joining')).toBe(true);
    await until('200 rooms', () => rooms.every((room) => alice.room(room)?.state === 'joined'));
  });
});
