/** The directory: what is asked, and what is made of the answers; two servers' forms. */
import { describe, expect, it } from 'vitest';
import { scriptedExtensions } from '../../../test/support/scripted-extensions.ts';
import { MAX_FOUND } from '../../shared/directory.ts';
import type { BareJid } from '../../shared/jid.ts';

const query = (form: string) =>
  `<query xmlns='jabber:iq:search'><instructions>x</instructions><x xmlns='jabber:x:data' ${form}</x></query>`;
const FORM = query(
  "type='form'><field var='FORM_TYPE' type='hidden'><value>jabber:iq:search</value></field><field var='displayName' type='text-single'/><field var='ou' type='text-single'/>",
);
const row = (jid: string, name: string, title = '') =>
  `<item><field var='jid'><value>${jid}</value></field><field var='FN'><value>${name}</value></field><field var='TITLE'><value>${title}</value></field></item>`;
const result = (rows: string) =>
  query(`type='result'><reported><field var='jid'/><field var='FN'/><field var='TITLE'/></reported>${rows}`);
const NAME = { name: ' Bob ', title: '', unit: '' };
const tick = () => new Promise((resolve) => setImmediate(resolve));

async function find(rows: string, wanted = NAME) {
  const scripted = scriptedExtensions({ partners: [{ domain: 'partner.gov' }] });
  const found = scripted.extensions.search.find(wanted);
  scripted.answer(FORM);
  await tick();
  scripted.answer(result(rows));
  return { found: await found, ...scripted };
}

describe('a search', () => {
  it('asks for the form, fills in what is wanted, and shows whom it finds', async () => {
    const { found, sent } = await find(row('bob@chat.mil', 'Bob\u202e Baker', 'Analyst'));
    expect(found).toEqual({
      people: [{ jid: 'bob@chat.mil', name: 'Bob Baker', title: 'Analyst', unit: '' }],
      complete: true,
    });
    expect(sent).toEqual([
      '<iq xmlns="jabber:client" type="get" id="id-1" to="directory.chat.mil"><query xmlns="jabber:iq:search"/></iq>',
      '<iq xmlns="jabber:client" type="set" id="id-2" to="directory.chat.mil"><query xmlns="jabber:iq:search"><x xmlns="jabber:x:data" type="submit"><field var="FORM_TYPE"><value>jabber:iq:search</value></field><field var="displayName"><value>Bob</value></field></x></query></iq>',
    ]);
  });

  it('asks for the form once a session', async () => {
    const { extensions, sent, answer } = await find('');
    const again = extensions.search.find(NAME);
    await tick();
    answer(result(''));
    expect((await again).people).toEqual([]);
    expect(sent).toHaveLength(3);
    extensions.search.onNewSession();
    void extensions.search.find(NAME).catch(() => undefined);
    expect(sent.at(-1)).toContain('type="get"');
  });

  it('shows only people with whom the policy lets this user talk, each once, and says when there are more', async () => {
    const rows = [
      'eve@evil.example',
      'ops@rooms.chat.mil',
      'chat.mil',
      'no address',
      'p@partner.gov',
      'p@partner.gov',
    ];
    const { found } = await find(rows.map((jid) => row(jid, 'X')).join(''));
    expect(found.people.map(({ jid }) => jid)).toEqual(['p@partner.gov']);
    const many = Array.from({ length: MAX_FOUND + 1 }, (_, index) => row(`n${index}@chat.mil`, 'N'));
    const all = (await find(many.join(''))).found;
    expect([all.people.length, all.complete]).toEqual([MAX_FOUND, false]);
  });

  it.each([
    ['too little', { name: 'b', title: '', unit: '' }, 'DIRECTORY_SEARCH_SHORT'],
    ['nothing', { name: ' ', title: '', unit: '' }, 'DIRECTORY_SEARCH_SHORT'],
  ])('for %s is none', async (_name, wanted, code) => {
    await expect(scriptedExtensions().extensions.search.find(wanted)).rejects.toMatchObject({ code });
  });

  it('for what the form does not ask is refused, and so is one without a directory', async () => {
    const scripted = scriptedExtensions();
    const found = scripted.extensions.search.find({ name: '', title: 'Analyst', unit: '' });
    scripted.answer(FORM);
    await expect(found).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' });
    await expect(scriptedExtensions({ directory: false }).extensions.search.find(NAME)).rejects.toMatchObject(
      { code: 'DIRECTORY_OFF' },
    );
  });
});

describe('a profile', () => {
  const BOB = 'bob@chat.mil' as BareJid;
  it('is read as text, bounded, the first of several', async () => {
    const { extensions, sent, answer } = scriptedExtensions();
    const profile = extensions.profiles.load(BOB);
    expect(sent).toEqual([
      '<iq xmlns="jabber:client" type="get" id="id-1" to="bob@chat.mil"><vCard xmlns="vcard-temp"/></iq>',
    ]);
    answer(
      `<vCard xmlns='vcard-temp'><FN>Bob\nBaker</FN><TITLE>${'x'.repeat(300)}</TITLE><ROLE>J2-W-014</ROLE><ORG><ORGNAME>EJC</ORGNAME><ORGUNIT>J2</ORGUNIT></ORG><TEL><WORK/><NUMBER>1</NUMBER></TEL><TEL><NUMBER>2</NUMBER></TEL></vCard>`,
    );
    const read = await profile;
    expect(read).toMatchObject({
      name: 'Bob Baker',
      role: 'J2-W-014',
      unit: 'J2',
      organisation: 'EJC',
      email: '',
      phone: '1',
    });
    expect(read?.title).toHaveLength(256);
  });

  it('of the own account is asked of the own account; one that is not there is none', async () => {
    const { extensions, sent, answer } = scriptedExtensions();
    const profile = extensions.profiles.load('alice@chat.mil' as BareJid);
    expect(sent[0]).not.toContain('to=');
    answer('');
    expect(await profile).toBeUndefined();
  });
});
