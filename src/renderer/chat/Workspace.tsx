import type { ReactElement } from 'react';
import type { AppState } from '../../shared/app-state.ts';
import { feedId } from '../../shared/feed-contract.ts';
import { useWindowState } from '../hooks/services.ts';
import { useAttention } from '../hooks/use-attention.ts';
import { useShortcuts } from '../hooks/use-shortcuts.ts';
import type { ConversationKey } from '../state/view-state.ts';
import { CHAT_TEXT } from '../text/chat.ts';
import { Conversation } from './conversation/Conversation.tsx';
import { EmptyConversation } from './conversation/EmptyConversation.tsx';
import { Dialogs } from './dialogs/Dialogs.tsx';
import { FeedView } from './feeds/FeedView.tsx';
import { PolicyStrips } from './policy/PolicyStrips.tsx';
import { Sidebar } from './sidebar/Sidebar.tsx';
import { EncryptionStrip } from './status/EncryptionStrip.tsx';
import { LastSignInStrip } from './status/LastSignInStrip.tsx';
import { LinkStrip } from './status/LinkStrip.tsx';
import { LastingNotices, NoticeStrip } from './status/NoticeStrip.tsx';
import { StatusBar } from './status/StatusBar.tsx';
import { UpdateStrip } from './status/UpdateStrip.tsx';
import { AlertStrip } from './watch/AlertStrip.tsx';
import { useAlertSound } from './watch/use-alert-sound.ts';
import { useAttend } from './watch/use-attend.ts';
import { WatchFloor } from './watch/WatchFloor.tsx';

function Middle({ active }: { readonly active: ConversationKey | undefined }): ReactElement {
  return active === undefined ? <EmptyConversation /> : <Conversation key={active.jid} target={active} />;
}

/** The chat itself. */
export function Workspace({ app }: { readonly app: Extract<AppState, { kind: 'running' }> }): ReactElement {
  const active = useWindowState((state) => state.view.active);
  const ready = useWindowState((state) => state.chat.self !== undefined);
  const feed = useWindowState((state) => state.view.feed);
  const tiles = useWindowState((state) => (state.view.floorShown ? state.view.tiles : undefined));
  useShortcuts('workspace');
  useAttention();
  useAlertSound();
  useAttend(tiles?.map(({ jid }) => jid) ?? (active === undefined ? [] : [active.jid]));
  if (!ready) {
    return (
      <main className="workspace-loading">
        <span className="progress-line" aria-hidden="true" />
        <h1>{CHAT_TEXT.loadingYourContactsAndRooms}</h1>
      </main>
    );
  }
  return (
    <div className="workspace">
      <div className="strips">
        <LinkStrip />
        <EncryptionStrip />
        <PolicyStrips warning={app.policyWarning} expiring={app.policyExpiring} />
        <UpdateStrip update={app.update} installed={app.build.version} />
        <LastSignInStrip lastSignIn={app.lastSignIn} />
        <LastingNotices />
        <NoticeStrip />
        <AlertStrip />
      </div>
      <div className="panes">
        <Sidebar />
        {tiles !== undefined ? (
          <WatchFloor />
        ) : feed !== undefined ? (
          <FeedView key={feedId(feed)} address={feed} policy={app.policy} />
        ) : (
          <Middle active={active} />
        )}
      </div>
      <StatusBar policy={app.policy} />
      <Dialogs policy={app.policy} />
    </div>
  );
}
