import { type ReactElement, useMemo } from 'react';
import type { BareJid } from '../../../shared/jid.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { MessageText } from './MessageText.tsx';

const NO_HOSTS: readonly string[] = [];

/** A message's text. What it holds stays text, but for https links to hosts that the policy lists. */
export function MessageBody({
  text,
  conversation,
}: {
  readonly text: string;
  readonly conversation: BareJid;
}): ReactElement {
  const actions = useActions();
  const hosts = useWindowState(({ app }) => (app?.kind === 'running' ? app.policy.linkHosts : NO_HOSTS));
  const nick = useWindowState((state) => state.chat.rooms.get(conversation)?.nick);
  const self = useWindowState((state) => state.chat.self?.jid);
  const context = useMemo(
    () => ({
      hosts,
      // One to one everything is said to this user.
      names: nick === undefined || self === undefined ? [] : [nick, self, self.slice(0, self.indexOf('@'))],
      onLink: actions.openLink,
    }),
    [hosts, nick, self, actions],
  );
  return <MessageText text={text} context={context} />;
}
