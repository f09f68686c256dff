import type { ReactElement } from 'react';
import type { BuildInfo } from '../../shared/app-state.ts';

/** Marks the development artefact for as long as its window is open. */
export function TestBuildMark({ build }: { readonly build: BuildInfo }): ReactElement | null {
  if (!build.testBuild) return null;
  return (
    <section className="test-build" aria-label="Build">
      <strong>TEST BUILD</strong> {build.version}: not for operational use
    </section>
  );
}
