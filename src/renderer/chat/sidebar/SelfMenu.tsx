import type { ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import { Menu, MenuItem, MenuSection, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { Separator } from 'react-aria-components/Separator';
import type { Availability } from '../../../shared/chat-model.ts';
import { useServices, useWindowState } from '../../hooks/services.ts';
import { Icon } from '../../parts/Icon.tsx';
import { PresenceMark } from '../../parts/PresenceMark.tsx';
import { PRESENCE_TEXT } from '../../text/presence.ts';

const CHOICES = ['available', 'chat', 'away', 'xa', 'dnd'] as const satisfies readonly Availability[];

/** The signed-in user: presence, connection, sign-out. */
export function SelfMenu(): ReactElement {
  const { bridge, actions } = useServices();
  const name = useWindowState((state) => state.chat.self?.displayName ?? '');
  const presence = useWindowState((state) => state.view.presence);
  const online = useWindowState((state) => state.chat.link.kind === 'online');
  const mayChange = useWindowState(({ app }) => {
    if (app?.kind !== 'running' || app.signIn.step !== 'online') return false;
    return app.policy.signIn.passwordChange && app.signIn.identity.issuer === '';
  });
  return (
    <MenuTrigger>
      <Button className="self">
        <PresenceMark availability={online ? presence.availability : 'offline'} />
        <span className="self-text">
          <bdi className="self-name">{name}</bdi>
          <bdi className="self-status">
            {online ? presence.status || PRESENCE_TEXT[presence.availability] : 'Not connected'}
          </bdi>
        </span>
        <span className="visually-hidden">Your presence and session</span>
        <Icon name="chevron" size={12} />
      </Button>
      <Popover className="popover" placement="bottom start">
        <Menu className="menu" aria-label="Your presence and session">
          <MenuSection
            aria-label="Presence"
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
          <MenuItem onAction={() => actions.show('status')}>Status message…</MenuItem>
          <MenuItem onAction={() => actions.show('connection')}>Connection</MenuItem>
          <MenuItem onAction={() => actions.show('policy')}>Policy</MenuItem>
          {mayChange ? <MenuItem onAction={() => bridge.changePassword()}>Change password…</MenuItem> : null}
          <MenuItem onAction={() => actions.show('shortcuts')}>Keyboard shortcuts</MenuItem>
          <Separator />
          <MenuItem onAction={() => bridge.signOut()}>Sign out</MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
