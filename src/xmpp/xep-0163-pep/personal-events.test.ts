/** Positions and activities: what is written, and what is understood. */
import { describe, expect, it } from 'vitest';
import { scriptedExtensions } from '../../../test/support/scripted-extensions.ts';

const GEOLOC = 'http://jabber.org/protocol/geoloc';
const ACTIVITY = 'http://jabber.org/protocol/activity';
const AT = Date.UTC(2026, 10, 22, 3, 14);
const POSITION = { latitude: 38.8895, longitude: -77.0352, accuracy: 20, at: AT, description: 'Gate <2>' };

function online(policy = { location: true, activity: true }) {
  const scripted = scriptedExtensions(policy);
  const { personalEvents } = scripted.extensions;
  const heard: unknown[] = [];
  personalEvents.events.on('position', (from, position) => heard.push([from, position]));
  personalEvents.events.on('activity', (from, activity) => heard.push([from, activity]));
  const event = (node: string, payload: string, from = 'bob@chat.mil') =>
    scripted.receive(
      `<message from='${from}' type='headline'><event xmlns='http://jabber.org/protocol/pubsub#event'><items node='${node}'>${payload}</items></event></message>`,
    );
  const item = (payload: string) => `<item id='current'>${payload}</item>`;
  return { ...scripted, personalEvents, heard, event, item };
}

const options =
  '<publish-options><x xmlns="jabber:x:data" type="submit"><field var="FORM_TYPE"><value>http://jabber.org/protocol/pubsub#publish-options</value></field><field var="pubsub#access_model"><value>presence</value></field></x></publish-options>';
const published = (id: number, node: string, payload: string) =>
  `<iq xmlns="jabber:client" type="set" id="id-${id}"><pubsub xmlns="http://jabber.org/protocol/pubsub"><publish node="${node}"><item id="current">${payload}</item></publish>${options}</pubsub></iq>`;

describe('telling', () => {
  it('is published with who may read it, and taken back by nothing in its place', async () => {
    const { personalEvents, sent, answer, heard } = online();
    for (const tell of [
      () => personalEvents.tellPosition(POSITION),
      () => personalEvents.tellPosition(undefined),
      () => personalEvents.tellActivity({ general: 'working', text: 'on watch' }),
      () => personalEvents.tellActivity(undefined),
    ]) {
      const told = tell();
      answer('');
      await told;
    }
    expect(sent).toEqual([
      published(
        1,
        GEOLOC,
        `<geoloc xmlns="${GEOLOC}"><accuracy>20</accuracy><description>Gate &lt;2&gt;</description><lat>38.889500</lat><lon>-77.035200</lon><timestamp>2026-11-22T03:14:00.000Z</timestamp></geoloc>`,
      ),
      published(2, GEOLOC, `<geoloc xmlns="${GEOLOC}"/>`),
      published(3, ACTIVITY, `<activity xmlns="${ACTIVITY}"><working/><text>on watch</text></activity>`),
      published(4, ACTIVITY, `<activity xmlns="${ACTIVITY}"/>`),
    ]);
    expect(heard.at(-1)).toEqual(['alice@chat.mil', undefined]);
  });

  it('is nothing where the policy does not have it, nor is it asked for', async () => {
    const { personalEvents } = online({ location: false, activity: false });
    await expect(personalEvents.tellPosition(undefined)).rejects.toMatchObject({ code: 'FEATURE_OFF' });
    await expect(personalEvents.tellActivity(undefined)).rejects.toMatchObject({ code: 'FEATURE_OFF' });
    expect(personalEvents.features).toEqual([]);
    expect(online().personalEvents.features).toEqual([`${GEOLOC}+notify`, `${ACTIVITY}+notify`]);
    expect(online({ location: true, activity: false }).personalEvents.features).toEqual([`${GEOLOC}+notify`]);
  });
});

describe('what contacts tell', () => {
  const geoloc = (inner: string) => `<geoloc xmlns='${GEOLOC}'>${inner}</geoloc>`;

  it('is read, the newest of several, a time in the future as now', () => {
    const { event, item, heard } = online();
    event(
      GEOLOC,
      item(geoloc('<lat>1</lat><lon>1</lon>')) +
        item(
          geoloc(
            '<lat>38.8895</lat><lon>-77.0352</lon><accuracy>20</accuracy><timestamp>2026-11-22T03:14:00Z</timestamp><description>Gate\u202e 2</description>',
          ),
        ),
    );
    event(ACTIVITY, item(`<activity xmlns='${ACTIVITY}'><unknown/><traveling/><text>a\nb</text></activity>`));
    expect(heard).toEqual([
      ['bob@chat.mil', { ...POSITION, at: Math.min(AT, Date.now()), description: 'Gate 2' }],
      ['bob@chat.mil', { general: 'traveling', text: 'a b' }],
    ]);
    event(GEOLOC, item(geoloc('<lat>1</lat><lon>1</lon><timestamp>2999-01-01T00:00:00Z</timestamp>')));
    const [, last] = heard.at(-1) as [string, { at: number }];
    expect(last.at).toBeLessThanOrEqual(Date.now());
  });

  it.each([
    ['an empty one', ''],
    ['one without longitude', '<lat>1</lat>'],
    ['one beyond the pole', '<lat>90.1</lat><lon>1</lon>'],
    ['one beyond the date line', '<lat>1</lat><lon>-180.5</lon>'],
    ['words', '<lat>north</lat><lon>1</lon>'],
    ['no number', '<lat>1e5</lat><lon>NaN</lon>'],
    ['an accuracy that is none', '<lat>1</lat><lon>1</lon><accuracy>-5</accuracy>'],
  ])('%s is no position', (_name, inner) => {
    const { event, item, heard } = online();
    event(GEOLOC, item(geoloc(inner)));
    expect(heard).toEqual([['bob@chat.mil', undefined]]);
  });

  it('is taken back by a retraction, and heard of nobody else', () => {
    const { event, item, heard } = online();
    event(GEOLOC, "<retract id='current'/>");
    expect(heard).toEqual([['bob@chat.mil', undefined]]);
    expect(event(GEOLOC, item(geoloc('<lat>1</lat><lon>1</lon>')), 'eve@chat.mil')).toBe(false);
    expect(heard).toHaveLength(1);
  });
});
