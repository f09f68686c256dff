import { describe, expect, it } from 'vitest';
import { MESSENGERS } from './messengers.ts';
import { nftablesRules } from './nftables.ts';
import { pfRules } from './pf.ts';
import type { FirewallPlan } from './plan.ts';
import { addressNumber, addressText, mergePorts, otherAddresses, otherPorts } from './ranges.ts';
import { quoted, windowsRules } from './windows.ts';

function plan(differences: Partial<FirewallPlan> = {}): FirewallPlan {
  return {
    policyId: 'main',
    sequence: 7,
    site: 'workstation',
    scope: { kind: 'messengers' },
    endpoints: [
      { purpose: 'xmpp', host: 'a.example', address: '192.0.2.10', family: 4, port: 5223 },
      { purpose: 'file-gate', host: 'f.example', address: '2001:db8::5', family: 6, port: 8443 },
    ],
    extras: [{ protocol: 'udp', address: '192.0.2.53', family: 4, port: 53 }],
    closed: { tcp: [[5222, 5223]], udp: [[3478, 3497]] },
    ...differences,
  };
}

describe('the list of messengers', () => {
  it('holds valid ranges, a source each, and never the ports of the web', () => {
    for (const { product, tcp, udp, source } of MESSENGERS) {
      expect(source, product).not.toBe('');
      expect(tcp.length + udp.length, product).toBeGreaterThan(0);
      for (const [first, last] of [...tcp, ...udp]) {
        expect(first).toBeGreaterThanOrEqual(1);
        expect(last).toBeGreaterThanOrEqual(first);
        expect(last).toBeLessThanOrEqual(65_535);
        for (const web of [80, 443]) expect(web < first || web > last, product).toBe(true);
      }
    }
  });
});

describe('ranges', () => {
  it('merges what overlaps or touches', () => {
    expect(
      mergePorts([
        [10, 20],
        [5, 9],
        [30, 30],
        [15, 18],
      ]),
    ).toEqual([
      [5, 20],
      [30, 30],
    ]);
  });

  it('leaves every other port, at the edges too', () => {
    expect(otherPorts([1, 65_535, 5223])).toEqual([
      [2, 5222],
      [5224, 65_534],
    ]);
    expect(otherPorts([])).toEqual([[1, 65_535]]);
  });

  it.each([
    ['192.0.2.10', 4, '192.0.2.10'],
    ['255.255.255.255', 4, '255.255.255.255'],
    ['::', 6, '0:0:0:0:0:0:0:0'],
    ['2001:db8::5', 6, '2001:db8:0:0:0:0:0:5'],
    ['::ffff:192.0.2.1', 6, '0:0:0:0:0:ffff:c000:201'],
    ['fe80::1:0:0:2', 6, 'fe80:0:0:0:1:0:0:2'],
  ] as const)('reads %s and writes it again', (address, family, text) => {
    expect(addressText(addressNumber(address), family)).toBe(text);
  });

  it('leaves every other address of the family', () => {
    const text = (family: 4 | 6) => (list: readonly (readonly [bigint, bigint])[]) =>
      list.map(([first, last]) => `${addressText(first, family)}-${addressText(last, family)}`);
    expect(text(4)(otherAddresses(['0.0.0.0', '10.0.0.5', '2001:db8::1', '10.0.0.5'], 4))).toEqual([
      '0.0.0.1-10.0.0.4',
      '10.0.0.6-255.255.255.255',
    ]);
    expect(otherAddresses(['255.255.255.255'], 4)).toEqual([[0n, 4294967294n]]);
    expect(text(6)(otherAddresses([], 6))).toEqual([
      '0:0:0:0:0:0:0:0-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    ]);
  });
});

describe('the formats', () => {
  it('nftables: approved services pass before messengers are refused, and the confined come last', () => {
    const text = nftablesRules(plan({ scope: { kind: 'users', names: ['analyst1', 'analyst2'] } }));
    const at = (part: string) => {
      expect(text).toContain(part);
      return text.indexOf(part);
    };
    expect(at('192.0.2.10 . 5223')).toBeLessThan(at('chain output'));
    expect(at('@approved_v4 accept')).toBeLessThan(at('@messenger_tcp counter reject'));
    expect(at('@messenger_udp counter reject')).toBeLessThan(at('meta skuid { "analyst1", "analyst2" }'));
    expect(text).toContain('ip daddr 192.0.2.53 udp dport 53 accept');
  });

  it('Windows: blocks everything but the approved addresses, and other ports at these', () => {
    const text = windowsRules(
      plan({ scope: { kind: 'program', path: "C:\\It's\\Sallyport.exe" }, extras: [] }),
    );
    expect(text).toContain("'0.0.0.0-192.0.2.9', '192.0.2.11-255.255.255.255'");
    expect(text).toContain("-RemoteAddress '192.0.2.10' -RemotePort @('1-5222', '5224-65535')");
    expect(text).toContain("-Program 'C:\\It''s\\Sallyport.exe'");
    const confined = text.split('\r\n').filter((line) => line.includes('-Program'));
    expect(confined.every((line) => line.includes('-Action Block'))).toBe(true);
    expect(text).toContain("-RemoteAddress '192.0.2.10' -RemotePort @('1-65535')");
  });

  it('PowerShell strings cannot be ended from inside', () => {
    expect(quoted("a'b\u2019c; Remove-Item")).toBe("'a''b\u2019\u2019c; Remove-Item'");
  });

  it('pf: passes are quick and before the blocks', () => {
    const lines = pfRules(plan({ scope: { kind: 'users', names: ['analyst1'] } })).split('\n');
    const index = (start: string) => lines.findIndex((line) => line.startsWith(start));
    expect(index('pass out quick inet proto tcp from any to 192.0.2.10 port 5223')).toBeGreaterThan(0);
    expect(index('pass out quick inet6')).toBeLessThan(index('block return quick proto tcp'));
    expect(lines.at(-2)).toBe('block return out quick proto { tcp udp } from any to any user { analyst1 }');
  });

  it('a server takes what a workstation opens', () => {
    expect(pfRules(plan({ site: 'server' }))).toContain('pass in quick inet proto tcp');
    expect(windowsRules(plan({ site: 'server' }))).toContain("-LocalAddress '192.0.2.10' -LocalPort 5223");
  });
});
