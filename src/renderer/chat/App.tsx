import type { ReactElement } from 'react';
import { useActions, useWindowState } from '../hooks/services.ts';
import { useDesktopRules } from '../hooks/use-desktop-rules.ts';
import { useTitle } from '../hooks/use-title.ts';
import { ClassificationBanner } from '../parts/ClassificationBanner.tsx';
import { TestBuildMark } from '../parts/TestBuildMark.tsx';
import { Screen } from './Screen.tsx';

/** The window: classification above and below, between them the screen that the application's state asks for. */
export function App(): ReactElement {
  const app = useWindowState((state) => state.app);
  const actions = useActions();
  useTitle();
  useDesktopRules(app?.kind === 'running' ? app.policy.desktop : undefined, actions.desktopRefused);
  if (app === undefined) return <div className="frame" />;
  const banner = app.kind === 'running' ? app.policy.banner : undefined;
  return (
    <div className="frame">
      <ClassificationBanner banner={banner} place="top" />
      <div className="frame-middle">
        <TestBuildMark build={app.build} />
        <Screen app={app} />
      </div>
      <ClassificationBanner banner={banner} place="bottom" />
    </div>
  );
}
