import { type ReactElement, useCallback, useEffect, useRef, useState } from 'react';
import type { ErrorReport } from '../../../shared/errors.ts';
import { FEED_LIMITS, type FeedListing, feedId, isOfPerson } from '../../../shared/feed-contract.ts';
import type { BareJid } from '../../../shared/jid.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { useDeed } from '../../hooks/use-deed.ts';
import { useFocusFirst } from '../../hooks/use-focus-first.ts';
import { ErrorNotice } from '../../parts/ErrorNotice.tsx';
import { Modal } from '../../parts/Modal.tsx';
import { FEED_TEXT } from '../../text/feeds.ts';

interface Listed {
  readonly feeds: readonly FeedListing[];
  readonly next: string | undefined;
  readonly busy: boolean;
  readonly error: ErrorReport | undefined;
}

const NOTHING: Listed = { feeds: [], next: undefined, busy: true, error: undefined };

/** The nodes of a service, a page at a time, with what they tell of themselves. */
function useFeedList(service: BareJid): Listed & { readonly more: () => void } {
  const { feeds: actions } = useActions();
  const [listed, setListed] = useState(NOTHING);
  /** Answers to questions about another service are none. */
  const asked = useRef(0);
  const load = useCallback(
    async (after: string | undefined) => {
      asked.current += 1;
      const question = asked.current;
      setListed((now) => (after === undefined ? NOTHING : { ...now, busy: true }));
      const reply = await actions.list(service, after);
      if (question !== asked.current) return;
      const page = reply.ok ? (reply.feedPage?.feeds ?? []) : [];
      const next = reply.ok ? reply.feedPage?.next : undefined;
      setListed((now) => ({
        feeds: [
          ...now.feeds,
          ...page.filter((one) => !now.feeds.some((known) => feedId(known) === feedId(one))),
        ],
        next,
        busy: false,
        error: reply.ok ? undefined : reply.error,
      }));
      for (let from = 0; from < page.length; from += FEED_LIMITS.described) {
        const part = page.slice(from, from + FEED_LIMITS.described);
        const told = await actions.describe(part.map(({ service: at, node }) => ({ service: at, node })));
        if (question !== asked.current) return;
        const described = new Map(
          (told.ok ? (told.feedListings ?? []) : []).map((one) => [feedId(one), one]),
        );
        setListed((now) => ({
          ...now,
          feeds: now.feeds.map((one) => described.get(feedId(one)) ?? one),
        }));
      }
    },
    [actions, service],
  );
  useEffect(() => {
    void load(undefined);
    return () => {
      asked.current += 1;
    };
  }, [load]);
  return { ...listed, more: () => void load(listed.next) };
}

/** What the services of the policy and people publish, to subscribe to. */
export function FeedsDialog({
  services: ofPolicy,
  people,
  onClose,
}: {
  readonly services: readonly string[];
  /** The domain whose people can be read; absent: nobody’s. */
  readonly people: string | undefined;
  readonly onClose: () => void;
}): ReactElement {
  const services = people === undefined ? ofPolicy : [...ofPolicy, people];
  const [service, setService] = useState((services[0] ?? '') as BareJid);
  const first = useFocusFirst<HTMLSelectElement>();
  const { feeds, next, busy, error, more } = useFeedList(service);
  return (
    <Modal title={FEED_TEXT.dialogTitle} onClose={onClose} size="large">
      <div className="form-field">
        <label className="field-label" htmlFor="feeds-service">
          {FEED_TEXT.service}
        </label>
        <select
          id="feeds-service"
          ref={first}
          className="text-field"
          value={service}
          onChange={(event) => setService(event.target.value as BareJid)}
        >
          {services.map((domain) => (
            <option key={domain} value={domain}>
              {domain === people ? FEED_TEXT.peopleOf(domain) : domain}
            </option>
          ))}
        </select>
      </div>
      <p className="lead feed-status" role="status">
        {busy
          ? FEED_TEXT.listLoading
          : feeds.length === 0 && error === undefined
            ? FEED_TEXT.listEmpty
            : null}
      </p>
      {error === undefined ? null : <ErrorNotice error={error} />}
      <ul className="people-list feed-list" aria-label={FEED_TEXT.listed} hidden={feeds.length === 0}>
        {feeds.map((listing) => (
          <ListingRow key={feedId(listing)} listing={listing} />
        ))}
      </ul>
      {next === undefined ? null : (
        <div className="button-row">
          <button type="button" className="button" aria-disabled={busy} onClick={more}>
            {FEED_TEXT.more}
          </button>
        </div>
      )}
    </Modal>
  );
}

function ListingRow({ listing }: { readonly listing: FeedListing }): ReactElement {
  const { feeds } = useActions();
  const { service, node, title, description } = listing;
  const address = { service, node };
  const read = useWindowState((state) => state.chat.collections.feeds.has(feedId(address)));
  const { busy, error, run } = useDeed();
  const mine = useWindowState((state) => isOfPerson(listing) && state.chat.self?.jid === service);
  const subscribe = () => run(() => feeds.subscribe(address));
  // There is nothing to subscribe to for whoever wants to publish.
  const openOwn = async () => {
    if (await subscribe()) feeds.open(address);
  };
  return (
    <li className="people-row feed-listing">
      <span className="people-row-text">
        <bdi className="people-name">{title}</bdi>
        <span className="people-row-sub">
          {description === '' ? null : <bdi>{description}</bdi>}
          {mine ? <span>{FEED_TEXT.own}</span> : null}
          {title === node ? null : <bdi>{isOfPerson(listing) ? service : node}</bdi>}
          {read ? <span>{FEED_TEXT.subscribed}</span> : null}
        </span>
        {error === undefined ? null : <ErrorNotice error={error} />}
      </span>
      {read || mine ? (
        <button
          type="button"
          className="button button-small"
          aria-label={FEED_TEXT.open(title)}
          aria-disabled={busy}
          onClick={read ? () => feeds.open(address) : openOwn}
        >
          {FEED_TEXT.openShort}
        </button>
      ) : (
        <button
          type="button"
          className="button button-small"
          aria-label={FEED_TEXT.subscribeTo(title)}
          aria-disabled={busy}
          onClick={subscribe}
        >
          {FEED_TEXT.subscribe}
        </button>
      )}
    </li>
  );
}
