import { useCallback, useEffect, useRef, useState } from 'react';
import type { ErrorReport } from '../../../shared/errors.ts';
import type { BareJid } from '../../../shared/jid.ts';
import { MAX_DESCRIBED, type RoomDetails, type RoomListing } from '../../../shared/room-contract.ts';
import { useActions } from '../../hooks/services.ts';

export interface RoomList {
  readonly rooms: readonly RoomListing[];
  readonly total: number | undefined;
  readonly loading: boolean;
  readonly error: ErrorReport | undefined;
  readonly details: ReadonlyMap<BareJid, RoomDetails>;
  /** Absent where there are no more. */
  readonly more: (() => void) | undefined;
  /** Asks what these rooms tell of themselves; those that were asked already are left out. */
  readonly describe: (rooms: readonly BareJid[]) => void;
}

interface Listed {
  readonly rooms: readonly RoomListing[];
  readonly total: number | undefined;
  readonly next: string | undefined;
}

const NOTHING: Listed = { rooms: [], total: undefined, next: undefined };

/** The rooms of a service, page by page, and what those in sight tell of themselves. */
export function useRoomList(service: string): RoomList {
  const { rooms: actions } = useActions();
  const [listed, setListed] = useState(NOTHING);
  const [loading, setLoading] = useState(true);
  const [error, setError] = useState<ErrorReport>();
  const [details, setDetails] = useState<ReadonlyMap<BareJid, RoomDetails>>(new Map());
  const asked = useRef(new Set<BareJid>());
  const current = useRef(service);

  const load = useCallback(
    async (after: string | undefined) => {
      current.current = service;
      setLoading(true);
      const reply = await actions.list(service, after);
      if (current.current !== service) return;
      setLoading(false);
      if (!reply.ok) {
        setError(reply.error);
        return;
      }
      const { rooms = [], total, next } = reply.roomPage ?? {};
      setError(undefined);
      setListed((before) => {
        const known = new Set(after === undefined ? [] : before.rooms.map(({ jid }) => jid));
        const kept = after === undefined ? [] : before.rooms;
        return { rooms: [...kept, ...rooms.filter(({ jid }) => !known.has(jid))], total, next };
      });
    },
    [actions, service],
  );
  useEffect(() => {
    if (service === '') return;
    setListed(NOTHING);
    void load(undefined);
  }, [load, service]);

  const describe = useCallback(
    (rooms: readonly BareJid[]) => {
      const wanted = rooms.filter((room) => !asked.current.has(room)).slice(0, MAX_DESCRIBED);
      if (wanted.length === 0) return;
      for (const room of wanted) asked.current.add(room);
      actions.describe(wanted).then((reply) => {
        if (!reply.ok) return;
        setDetails((before) => {
          const after = new Map(before);
          for (const each of reply.roomDetails ?? []) after.set(each.jid, each);
          return after;
        });
      });
    },
    [actions],
  );
  const { next } = listed;
  return {
    rooms: listed.rooms,
    total: listed.total,
    loading,
    error,
    details,
    more: next === undefined || loading ? undefined : () => void load(next),
    describe,
  };
}
