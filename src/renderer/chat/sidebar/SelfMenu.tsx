import type { ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import { Menu, MenuItem, MenuSection, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { Separator } from 'react-aria-components/Separator';
import type { Availability } from '../../../shared/chat-model.ts';
import { commandNamed, isPossible } from '../../commands/table.ts';
import { useServices, useWindowState } from '../../hooks/services.ts';
import { Icon } from '../../parts/Icon.tsx';
import { Keys } from '../../parts/Keys.tsx';
import { PresenceMark } from '../../parts/PresenceMark.tsx';
import { COMMAND_TEXT, type CommandId } from '../../text/commands.ts';
import { PRESENCE_TEXT } from '../../text/presence.ts';
import { SIDEBAR_TEXT } from '../../text/sidebar.ts';

const CHOICES = ['available', 'chat', 'away', 'xa', 'dnd'] as const satisfies readonly Availability[];

/** What the menu offers of the table of commands. */
const MENU = [
  'status',
  'position',
  'activity',
  'blocked',
  'adhoc',
  'connection',
  'policy',
  'change-password',
  'settings',
  'palette',
  'shortcuts',
] as const;

/** One command in a menu, with its keys. */
function CommandItem({ id }: { readonly id: CommandId }): ReactElement {
  const services = useServices();
  const command = commandNamed(id);
  const [keys] = command.keys ?? [];
  return (
    <MenuItem textValue={COMMAND_TEXT[id]} onAction={() => command.run(services)}>
      <span>{COMMAND_TEXT[id]}</span>
      {keys === undefined ? null : <Keys chord={keys} />}
    </MenuItem>
  );
}

/** The signed-in user: presence, connection, sign-out. */
export function SelfMenu(): ReactElement {
  const { actions } = useServices();
  const name = useWindowState((state) => state.chat.self?.displayName ?? '');
  const presence = useWindowState((state) => state.view.presence);
  const online = useWindowState((state) => state.chat.link.kind === 'online');
  // One text, because what is selected has to stay the same while nothing has changed.
  const impossible = useWindowState((state) =>
    MENU.filter((id) => !isPossible(commandNamed(id), state)).join(' '),
  );
  const possible = MENU.filter((id) => !impossible.split(' ').includes(id));
  return (
    <MenuTrigger>
      <Button className="self">
        <PresenceMark availability={online ? presence.availability : 'offline'} />
        <span className="self-text">
          <bdi className="self-name">{name}</bdi>
          <bdi className="self-status">
            {online ? presence.status || PRESENCE_TEXT[presence.availability] : SIDEBAR_TEXT.notConnected}
          </bdi>
        </span>
        <span className="visually-hidden">{SIDEBAR_TEXT.yourPresenceAndSession}</span>
        <Icon name="chevron" size={12} />
      </Button>
      <Popover className="popover" placement="bottom start">
        <Menu className="menu" aria-label={SIDEBAR_TEXT.yourPresenceAndSession}>
          <MenuSection
            aria-label={SIDEBAR_TEXT.presence}
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={[presence.availability]}
          >
            {CHOICES.map((choice) => (
              <MenuItem
                key={choice}
                id={choice}
                textValue={PRESENCE_TEXT[choice]}
                onAction={() => actions.setPresence(choice, presence.status)}
              >
                <PresenceMark availability={choice} />
                <span aria-hidden="true">{PRESENCE_TEXT[choice]}</span>
                {choice === presence.availability ? <Icon name="check" size={14} /> : null}
              </MenuItem>
            ))}
          </MenuSection>
          <Separator />
          {possible.map((id) => (
            <CommandItem key={id} id={id} />
          ))}
          <Separator />
          <CommandItem id="sign-out" />
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
