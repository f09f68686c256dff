import type { ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import type { ConversationKind } from '../../../shared/chat-model.ts';
import type { BareJid } from '../../../shared/jid.ts';
import { defaultLevel, isNotifyLevel, NOTIFY_LEVELS } from '../../../shared/watch-contract.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { Icon } from '../../parts/Icon.tsx';
import { LEVEL_TEXT, WATCH_TEXT } from '../../text/watch.ts';

/** What of a conversation is announced, and the choice of it. */
export function NotifyButton({
  jid,
  kind,
}: {
  readonly jid: BareJid;
  readonly kind: ConversationKind;
}): ReactElement {
  const actions = useActions();
  const chosen = useWindowState((state) => state.chat.collections.notifyLevels.get(jid)?.level);
  const level = chosen ?? defaultLevel(kind);
  const name = WATCH_TEXT.notify(LEVEL_TEXT[level]);
  const usual = level === defaultLevel(kind);
  return (
    <MenuTrigger>
      <Button className={usual ? 'icon-button' : 'icon-button notify-changed'} aria-label={name}>
        <Icon name={level === 'none' ? 'bell-off' : level === 'all' ? 'bell' : 'at'} />
      </Button>
      <Popover className="popover" placement="bottom end">
        <Menu
          className="menu"
          aria-label={WATCH_TEXT.notifyMenu}
          selectionMode="single"
          disallowEmptySelection
          selectedKeys={[level]}
          onSelectionChange={(keys) => {
            const [key] = keys === 'all' ? [] : keys;
            if (isNotifyLevel(key)) actions.watch.setLevel(jid, key);
          }}
        >
          {NOTIFY_LEVELS.map((one) => (
            <MenuItem key={one} id={one} textValue={LEVEL_TEXT[one]}>
              {LEVEL_TEXT[one]}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
