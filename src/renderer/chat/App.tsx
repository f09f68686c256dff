import type { ReactElement } from 'react';
import { useActions, useWindowState } from '../hooks/services.ts';
import { useDesktopRules } from '../hooks/use-desktop-rules.ts';
import { useShortcuts } from '../hooks/use-shortcuts.ts';
import { useTitle } from '../hooks/use-title.ts';
import { ClassificationBanner } from '../parts/ClassificationBanner.tsx';
import { FieldCare } from '../parts/FieldCare.tsx';
import { TestBuildMark } from '../parts/TestBuildMark.tsx';
import { CHAT_TEXT } from '../text/chat.ts';
import { useMarking } from './labels/use-labels.ts';
import { Screen } from './Screen.tsx';

/** The number in the window's title comes and goes with each message; the window is not drawn anew for it. */
function Title(): null {
  useTitle();
  return null;
}

/** The window: classification above and below, between them the screen that the application's state asks for. */
export function App(): ReactElement {
  const app = useWindowState((state) => state.app);
  const actions = useActions();
  const marking = useMarking();
  useShortcuts('everywhere');
  useDesktopRules(app?.kind === 'running' ? app.policy.desktop : undefined, actions.desktopRefused);
  if (app === undefined) return <div className="frame" />;
  return (
    <div className="frame">
      <Title />
      <ClassificationBanner banner={marking} place="top" />
      <div className="frame-middle">
        <TestBuildMark build={app.build} />
        <Screen app={app} />
      </div>
      <ClassificationBanner banner={marking} place="bottom" />
      <FieldCare />
      <p className="visually-hidden" role="status" aria-label={CHAT_TEXT.classificationOfWhatIsOpen}>
        {marking === undefined || marking.note === '' ? null : `${marking.text}, ${marking.note}`}
      </p>
    </div>
  );
}
