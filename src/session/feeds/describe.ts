import { type FeedAddress, type FeedListing, isOfPerson } from '../../shared/feed-contract.ts';
import type { Extensions } from '../../xmpp/index.ts';

/** Feeds described at a time: each is a question to the service. */
const AT_ONCE = 4;

/** What nodes tell of themselves; one that tells nothing is left out, and so are those of people, of whom nobody asks. */
export async function describe(
  feeds: Pick<Extensions['feeds'], 'describe'>,
  addresses: readonly FeedAddress[],
): Promise<readonly FeedListing[]> {
  const described: FeedListing[] = [];
  const waiting = addresses.filter((address) => !isOfPerson(address));
  const work = async () => {
    for (let feed = waiting.shift(); feed !== undefined; feed = waiting.shift()) {
      const listing = await feeds.describe(feed).catch(() => undefined);
      if (listing !== undefined) described.push(listing);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return described;
}
