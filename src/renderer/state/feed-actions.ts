/** What the user can do with feeds. */
import type { ChatReply } from '../../shared/chat-model.ts';
import type { ErrorReport } from '../../shared/errors.ts';
import { type FeedAddress, feedId } from '../../shared/feed-contract.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { ActionRunner } from './action-runner.ts';

/** Methods that resolve with an answer or an error leave it to the caller to show it. */
export interface FeedActions {
  /** Shows a feed in place of a conversation. */
  open(feed: FeedAddress): void;
  /** Asks for the items of a feed that is on the screen already. */
  load(feed: FeedAddress): void;
  /** What is in that feed now was seen. */
  read(feed: FeedAddress): void;
  list(service: BareJid, after: string | undefined): Promise<ChatReply>;
  describe(feeds: readonly FeedAddress[]): Promise<ChatReply>;
  subscribe(feed: FeedAddress): Promise<ErrorReport | undefined>;
  /** Ends a subscription and leaves the feed, where that worked. */
  unsubscribe(feed: FeedAddress): Promise<ErrorReport | undefined>;
  /** Takes a notice back for everybody. */
  retract(feed: FeedAddress, item: string): Promise<ErrorReport | undefined>;
  publish(
    feed: FeedAddress,
    notice: { readonly title: string; readonly text: string; readonly label: string | undefined },
  ): Promise<ErrorReport | undefined>;
}

export function createFeedActions({ updateView, run, runAndNotify, runForError }: ActionRunner): FeedActions {
  return {
    open({ service, node }) {
      // The session takes an address and nothing beside it; whoever has a whole feed gives that.
      const feed = { service, node };
      updateView((view) => ({ ...view, feed, active: undefined, dialog: undefined, floorShown: false }));
      void runAndNotify({ type: 'open-feed', feed });
    },
    load: (feed) => void runAndNotify({ type: 'open-feed', feed }),
    read: (feed) => void run({ type: 'read-feed', feed }),
    list: (service, after) => run({ type: 'list-feeds', service, ...(after === undefined ? {} : { after }) }),
    describe: (feeds) => run({ type: 'describe-feeds', feeds }),
    subscribe: (feed) => runForError({ type: 'subscribe-feed', feed }),
    async unsubscribe(feed) {
      const error = await runForError({ type: 'unsubscribe-feed', feed });
      if (error !== undefined) return error;
      updateView((view) =>
        view.feed !== undefined && feedId(view.feed) === feedId(feed)
          ? { ...view, feed: undefined, dialog: undefined }
          : view,
      );
      return undefined;
    },
    retract: (feed, item) => runForError({ type: 'retract-notice', feed, item }),
    publish: (feed, { title, text, label }) =>
      runForError({
        type: 'publish-notice',
        feed,
        title,
        text,
        ...(label === undefined ? {} : { label }),
      }),
  };
}
