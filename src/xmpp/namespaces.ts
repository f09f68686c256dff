/** XML namespaces, by the document that defines them. */
export const NS = {
  /** RFC 6120 */
  client: 'jabber:client',
  streams: 'http://etherx.jabber.org/streams',
  streamErrors: 'urn:ietf:params:xml:ns:xmpp-streams',
  stanzaErrors: 'urn:ietf:params:xml:ns:xmpp-stanzas',
  sasl: 'urn:ietf:params:xml:ns:xmpp-sasl',
  bind: 'urn:ietf:params:xml:ns:xmpp-bind',
  /** RFC 4287 */
  atom: 'http://www.w3.org/2005/Atom',
  /** RFC 6121 */
  roster: 'jabber:iq:roster',
  rosterVersioning: 'urn:xmpp:features:rosterver',
  /** XEP-0004 */
  dataForms: 'jabber:x:data',
  /** XEP-0030 */
  discoInfo: 'http://jabber.org/protocol/disco#info',
  discoItems: 'http://jabber.org/protocol/disco#items',
  /** XEP-0050 */
  commands: 'http://jabber.org/protocol/commands',
  /** XEP-0054 */
  vcard: 'vcard-temp',
  /** XEP-0055 */
  search: 'jabber:iq:search',
  /** XEP-0045 */
  muc: 'http://jabber.org/protocol/muc',
  mucUser: 'http://jabber.org/protocol/muc#user',
  mucOwner: 'http://jabber.org/protocol/muc#owner',
  mucAdmin: 'http://jabber.org/protocol/muc#admin',
  /** XEP-0060 */
  pubsub: 'http://jabber.org/protocol/pubsub',
  pubsubEvent: 'http://jabber.org/protocol/pubsub#event',
  /** XEP-0066 */
  oobIq: 'jabber:iq:oob',
  oobX: 'jabber:x:oob',
  /** XEP-0077 */
  register: 'jabber:iq:register',
  /** XEP-0080 */
  geoloc: 'http://jabber.org/protocol/geoloc',
  /** XEP-0108 */
  activity: 'http://jabber.org/protocol/activity',
  /** XEP-0085 */
  chatStates: 'http://jabber.org/protocol/chatstates',
  /** XEP-0115 */
  caps: 'http://jabber.org/protocol/caps',
  /** XEP-0184 */
  receipts: 'urn:xmpp:receipts',
  /** XEP-0191 */
  blocking: 'urn:xmpp:blocking',
  /** XEP-0198 */
  streamManagement: 'urn:xmpp:sm:3',
  /** XEP-0199 */
  ping: 'urn:xmpp:ping',
  /** XEP-0203 */
  delay: 'urn:xmpp:delay',
  /** XEP-0280 */
  carbons: 'urn:xmpp:carbons:2',
  /** XEP-0297 */
  forward: 'urn:xmpp:forward:0',
  /** XEP-0317 */
  hats: 'urn:xmpp:hats:0',
  /** XEP-0333 */
  chatMarkers: 'urn:xmpp:chat-markers:0',
  /** XEP-0334 */
  hints: 'urn:xmpp:hints',
  /** XEP-0359 */
  stanzaIds: 'urn:xmpp:sid:0',
  /** XEP-0059 */
  resultSets: 'http://jabber.org/protocol/rsm',
  /** XEP-0103 */
  urlData: 'http://jabber.org/protocol/url-data',
  /** XEP-0249 */
  conference: 'jabber:x:conference',
  /** XEP-0258 */
  securityLabels: 'urn:xmpp:sec-label:0',
  /** XEP-0300 */
  hashes: 'urn:xmpp:hashes:2',
  /** XEP-0308 */
  correction: 'urn:xmpp:message-correct:0',
  /** XEP-0313 */
  archive: 'urn:xmpp:mam:2',
  /** XEP-0352 */
  clientState: 'urn:xmpp:csi:0',
  /** XEP-0363 */
  upload: 'urn:xmpp:http:upload:0',
  /** XEP-0402 */
  bookmarks: 'urn:xmpp:bookmarks:1',
  /** XEP-0424 */
  retraction: 'urn:xmpp:message-retract:1',
  /** XEP-0425 */
  moderation: 'urn:xmpp:message-moderate:1',
  /** XEP-0428 */
  fallback: 'urn:xmpp:fallback:0',
  /** XEP-0444 */
  reactions: 'urn:xmpp:reactions:0',
  /** XEP-0461 */
  reply: 'urn:xmpp:reply:0',
  /** XEP-0421 */
  occupantId: 'urn:xmpp:occupant-id:0',
  /** XEP-0440 */
  channelBinding: 'urn:xmpp:sasl-cb:0',
  /** XEP-0446 */
  fileMetadata: 'urn:xmpp:file:metadata:0',
  /** XEP-0447 */
  fileSharing: 'urn:xmpp:sfs:0',
  /** Inside the label of XEP-0258: the id of a label of the policy. */
  sallyportLabel: 'urn:sallyport:label:0',
  /** docs/whiteboard.md */
  whiteboard: 'urn:sallyport:whiteboard:0',
  /** docs/acknowledgements.md */
  alerts: 'urn:sallyport:alerts:0',
} as const;
