import type { ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { Separator } from 'react-aria-components/Separator';
import type { BareJid } from '../../../shared/jid.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { Icon } from '../../parts/Icon.tsx';
import { PEOPLE_TEXT } from '../../text/people.ts';
import { mayAsk } from './contact-address.ts';
import { useBlocked } from './use-people.ts';

/** What can be done about the person of a conversation. */
export function ContactMenu({ jid }: { readonly jid: BareJid }): ReactElement {
  const { people } = useActions();
  const contact = useWindowState((state) => state.chat.contacts.get(jid));
  const blocked = useBlocked(jid);
  const askable = useWindowState(
    ({ app }) => app?.kind === 'running' && mayAsk(jid, app.policy.domain, app.policy.people),
  );
  const directory = useWindowState(({ app }) => app?.kind === 'running' && app.policy.people.directory);
  const seesPresence = contact?.subscription === 'to' || contact?.subscription === 'both';
  return (
    <MenuTrigger>
      <Button className="icon-button" aria-label={PEOPLE_TEXT.menu}>
        <Icon name="more" />
      </Button>
      <Popover className="popover" placement="bottom end">
        <Menu className="menu" aria-label={PEOPLE_TEXT.menu}>
          {directory ? (
            <MenuItem onAction={() => people.show('profile', jid)}>{PEOPLE_TEXT.menuProfile}</MenuItem>
          ) : null}
          {contact === undefined ? (
            <MenuItem onAction={() => people.show('contact-add', jid)}>{PEOPLE_TEXT.menuAdd}</MenuItem>
          ) : (
            <MenuItem onAction={() => people.show('contact-edit', jid)}>{PEOPLE_TEXT.menuEdit}</MenuItem>
          )}
          {contact !== undefined && !seesPresence && askable ? (
            <MenuItem
              onAction={() =>
                void people.put({ contact: jid, name: contact.name, groups: contact.groups, ask: true })
              }
            >
              {PEOPLE_TEXT.menuAsk}
            </MenuItem>
          ) : null}
          <Separator />
          {blocked ? (
            <MenuItem onAction={() => people.unblock(jid)}>{PEOPLE_TEXT.unblock}</MenuItem>
          ) : (
            <MenuItem onAction={() => people.block(jid)}>{PEOPLE_TEXT.menuBlock}</MenuItem>
          )}
          {contact === undefined ? null : (
            <MenuItem onAction={() => people.show('contact-remove', jid)}>{PEOPLE_TEXT.menuRemove}</MenuItem>
          )}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
