/** The stanza guard on ordinary messages: one-to-one and in a room, both ways, as the parser and the client make them. */
import type { FullJid } from '../../src/shared/jid.ts';
import { createGuardConfig, type Direction, guard } from '../../src/xmpp/guard/index.ts';
import type { Element } from '../../src/xmpp/xml.ts';
import { guardPolicy } from '../support/guard-policy.ts';
import { parseStanza } from '../support/parse-stanza.ts';
import { type Figure, figure, repeat, timed } from './measure.ts';

const STANZAS = 200_000;
/** As many different ones, from as many people. */
const KINDS = 200;

const BODY = 'Sector West: relief of the watch at 0600Z, handover as briefed. '.repeat(2);

function stanzas(index: number): readonly (readonly [Direction, Element])[] {
  const id = `9f86d081884c7d659a2feaa0c55ad0${index}`;
  const body = `<body>${BODY}</body>`;
  const label =
    "<securitylabel xmlns='urn:xmpp:sec-label:0'><displaymarking fgcolor='#ffffff' bgcolor='#007a33'>UNCLASSIFIED</displaymarking><label><id xmlns='urn:sallyport:label:0'>u</id></label></securitylabel>";
  const origin = `<origin-id xmlns='urn:xmpp:sid:0' id='${id}'/>`;
  const receipt = "<request xmlns='urn:xmpp:receipts'/>";
  const stored = (by: string) => `<stanza-id xmlns='urn:xmpp:sid:0' id='${id}' by='${by}'/>`;
  const room = 'ops@rooms.chat.mil';
  const incoming = `<message type='chat' id='${id}' from='user${index}@chat.mil/desk' to='alice@chat.mil/desk'>${body}${receipt}${origin}${stored('alice@chat.mil')}${label}</message>`;
  const said = `<message type='groupchat' id='${id}' from='${room}/user${index}' to='alice@chat.mil/desk'>${body}${origin}${stored(room)}<occupant-id xmlns='urn:xmpp:occupant-id:0' id='${id}'/>${label}</message>`;
  const outgoing = `<message type='chat' id='${id}' to='user${index}@chat.mil'>${body}${receipt}${origin}${label}</message>`;
  return [
    ['in', parseStanza(incoming)],
    ['in', parseStanza(said)],
    ['out', parseStanza(outgoing)],
  ];
}

export async function benchGuard(runs: number): Promise<readonly Figure[]> {
  const catalogue = Array.from({ length: 100 }, (_, i) => ({
    id: i === 0 ? 'u' : `label-${i}`,
    text: i === 0 ? 'UNCLASSIFIED' : `LABEL ${i}`,
    background: '#007a33',
    foreground: '#ffffff',
    rank: i,
  }));
  const policy = guardPolicy('chat.mil', ['rooms.chat.mil'], {
    labels: { catalogue, defaultLabel: 'u', maximumLabel: 'label-50', required: true },
  });
  const config = createGuardConfig(policy, 'alice@chat.mil/desk' as FullJid);
  const all = Array.from({ length: KINDS }, (_, i) => stanzas(i)).flat();
  const work = (): void => {
    for (let done = 0; done < STANZAS; done += 1) {
      const [direction, stanza] = all[done % all.length] ?? ['in', parseStanza('<message/>')];
      if (guard(direction, stanza, config).action !== 'allow') throw new Error(`refused: ${stanza}`);
    }
  };
  const times = await repeat(runs, 2, () => timed(work));
  const note = `${STANZAS} labelled messages, one core`;
  return [figure({ name: 'stanza guard, 200,000 stanzas', unit: 'ms', target: 1000, note }, times)];
}
