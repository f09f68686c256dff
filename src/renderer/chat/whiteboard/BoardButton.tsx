import type { ReactElement } from 'react';
import type { BareJid } from '../../../shared/jid.ts';
import { tooltipOf } from '../../commands/table.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { Icon } from '../../parts/Icon.tsx';
import { BOARD_TEXT } from '../../text/whiteboard.ts';

/** Shows the room's whiteboard beside the conversation, and takes it away again. */
export function BoardButton({ room }: { readonly room: BareJid }): ReactElement | null {
  const { boards } = useActions();
  const shown = useWindowState((state) => state.view.board === room);
  const allowed = useWindowState(({ app }) => app?.kind === 'running' && app.policy.rooms.whiteboard);
  if (!allowed) return null;
  return (
    <button
      type="button"
      className="icon-button"
      aria-pressed={shown}
      aria-label={BOARD_TEXT.open}
      title={tooltipOf('whiteboard')}
      onClick={() => boards.show(shown ? undefined : room)}
    >
      <Icon name="board" />
    </button>
  );
}
