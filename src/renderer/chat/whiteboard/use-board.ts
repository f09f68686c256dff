import { useMemo } from 'react';
import type { BoardInfo, BoardItem } from '../../../shared/chat-board-commands.ts';
import type { BareJid } from '../../../shared/jid.ts';
import { useWindowState } from '../../hooks/services.ts';

/** What is on the board of a room, from below to above. */
export function useBoardItems(room: BareJid): readonly BoardItem[] {
  const all = useWindowState((state) => state.chat.collections.boardElements);
  return useMemo(() => {
    const items = [...all.values()].filter((item) => item.room === room);
    // Pictures lie behind everything.
    const layer = ({ drawn }: BoardItem) => (drawn.element.kind === 'image' ? 0 : 1);
    return items.sort((one, other) => layer(one) - layer(other) || one.order - other.order);
  }, [all, room]);
}

export function useBoardInfo(room: BareJid): BoardInfo | undefined {
  return useWindowState((state) => state.chat.collections.boards.get(room));
}
