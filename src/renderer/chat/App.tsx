import type { ReactElement } from 'react';
import { useWindowState } from '../hooks/services.ts';
import { useTitle } from '../hooks/use-title.ts';
import { ClassificationBanner } from '../parts/ClassificationBanner.tsx';
import { TestBuildMark } from '../parts/TestBuildMark.tsx';
import { Screen } from './Screen.tsx';

/** The window: classification above and below, between them the screen that the application's state asks for. */
export function App(): ReactElement {
  const app = useWindowState((state) => state.app);
  useTitle();
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
