/** The only way out to a browser: an https link to a host that the policy lists. */
import { AppError } from '../../shared/errors.ts';
import { isListedLink } from '../../shared/links.ts';

/**
 * Gives a link to the system's browser.
 *
 * @param hosts the policy's /links/hosts
 * @param open starts the browser
 * @throws AppError LINK_REFUSED for anything else
 */
export async function openLink(
  href: string,
  hosts: readonly string[],
  open: (href: string) => Promise<void>,
): Promise<void> {
  if (!isListedLink(href, new Set(hosts))) throw new AppError('LINK_REFUSED');
  await open(href);
}
