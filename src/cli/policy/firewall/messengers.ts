/**
 * The ports that commercial messengers publish. Closing them is a hurdle, not a wall: most of these programs fall back to
 * TCP 443, which only a proxy or an allow-list of destinations can judge. 80 and 443 are therefore not in this list.
 */
export interface MessengerPorts {
  readonly product: string;
  /** Inclusive ranges, ascending. */
  readonly tcp: readonly PortRange[];
  readonly udp: readonly PortRange[];
  /** Where the ports are published. */
  readonly source: string;
}

/** First and last port, 1 to 65535. */
export type PortRange = readonly [first: number, last: number];

const IANA = 'https://www.iana.org/assignments/service-names-port-numbers';

export const MESSENGERS: readonly MessengerPorts[] = [
  {
    product: 'AIM, ICQ',
    tcp: [[5190, 5193]],
    udp: [
      [4000, 4000],
      [5190, 5193],
    ],
    source: `${IANA} (aol, icq)`,
  },
  { product: 'MSN Messenger', tcp: [[1863, 1863]], udp: [[1863, 1863]], source: `${IANA} (msnp)` },
  {
    product: 'Yahoo Messenger',
    tcp: [
      [5000, 5010],
      [5050, 5050],
      [5100, 5101],
    ],
    udp: [[5000, 5010]],
    source: 'https://worktech-recipes.blogspot.com/2011/10/firewall-settings-for-popular-im-and.html',
  },
  {
    product: 'IRC',
    tcp: [
      [194, 194],
      [6665, 6669],
      [6697, 6697],
    ],
    udp: [[194, 194]],
    source: `${IANA} (irc, ircu, ircs-u)`,
  },
  {
    product: 'public XMPP services, Google and Apple push',
    tcp: [
      [5222, 5223],
      [5228, 5230],
      [5269, 5270],
      [5280, 5281],
    ],
    udp: [],
    source: `${IANA} (xmpp-client, xmpp-server, hpvirtgrp); https://support.apple.com/103229`,
  },
  {
    product: 'FaceTime, iMessage',
    tcp: [[5223, 5223]],
    udp: [
      [3478, 3497],
      [16384, 16387],
      [16393, 16402],
    ],
    source: 'https://support.apple.com/103229',
  },
  {
    product: 'WhatsApp',
    tcp: [
      [4244, 4244],
      [5222, 5223],
      [5228, 5228],
      [5242, 5242],
      [50318, 50318],
      [59234, 59234],
    ],
    udp: [
      [3478, 3478],
      [45395, 45395],
      [50318, 50318],
      [59234, 59234],
    ],
    source: 'https://unanswered.io/guide/does-whatsapp-use-tcp-or-udp',
  },
  {
    product: 'Telegram',
    tcp: [[5222, 5222]],
    udp: [],
    source: 'https://corefork.telegram.org/mtproto/transports',
  },
  {
    product: 'Viber',
    tcp: [
      [4244, 4244],
      [5242, 5243],
    ],
    udp: [[5243, 5243]],
    source: 'https://elektronika54.ru/dokument/6/kakie-porty-ispolzuet-telegramm',
  },
  {
    product: 'Microsoft Teams, Skype',
    tcp: [],
    udp: [[3478, 3481]],
    source:
      'https://learn.microsoft.com/training/modules/plan-configure-network-settings-for-microsoft-teams/04-configure-network-ports-protocols',
  },
  {
    product: 'Zoom',
    tcp: [
      [8801, 8803],
      [8888, 8888],
      [9090, 9090],
    ],
    udp: [
      [3478, 3479],
      [8801, 8803],
      [8889, 8889],
    ],
    source: 'https://support.zoom.com/hc/en/article?id=zm_kb&sysparm_article=KB0065712',
  },
  {
    product: 'SIP telephones and STUN/TURN relays',
    tcp: [
      [3478, 3478],
      [5060, 5061],
      [5349, 5349],
    ],
    udp: [
      [3478, 3478],
      [5060, 5061],
      [5349, 5349],
    ],
    source: `${IANA} (sip, sips, stun, stuns, turn, turns)`,
  },
];
