import { describe, expect, it } from 'vitest';
import { openLink } from './open-link.ts';

const HOSTS = ['intranet.example.mil'];

async function opened(href: string, hosts: readonly string[] = HOSTS): Promise<readonly string[]> {
  const seen: string[] = [];
  await openLink(href, hosts, async (link) => void seen.push(link)).catch((error: unknown) => {
    expect(error).toMatchObject({ code: 'LINK_REFUSED' });
  });
  return seen;
}

describe('links that a window asks to open', () => {
  it('a listed host’s link is opened as it stands', async () => {
    const href = 'https://intranet.example.mil/j3/orders?day=325#top';
    expect(await opened(href)).toEqual([href]);
  });

  it.each([
    'http://intranet.example.mil/',
    'https://other.example.mil/',
    'https://intranet.example.mil.evil.example/',
    'https://user@intranet.example.mil/',
    'https://intranet.example.mil:8443/',
    'https://intranet.example.mil\\@evil.example/',
    'https://INTRANET.example.mil/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'smb://intranet.example.mil/share',
    'https://intranet.example.mil/ --flag',
    '',
  ])('refuses %j', async (href) => {
    expect(await opened(href)).toEqual([]);
  });

  it('opens nothing when the policy lists nothing', async () => {
    expect(await opened('https://intranet.example.mil/', [])).toEqual([]);
  });
});
