import type { ReactElement } from 'react';
import type { BuildInfo } from '../../shared/app-state.ts';
import { PARTS_TEXT } from '../text/parts.ts';

/** Marks the development artefact for as long as its window is open. */
export function TestBuildMark({ build }: { readonly build: BuildInfo }): ReactElement | null {
  if (!build.testBuild) return null;
  return (
    <section className="test-build" aria-label={PARTS_TEXT.build}>
      <strong>{PARTS_TEXT.testBuild}</strong> {PARTS_TEXT.notForOperationalUse(build.version)}
    </section>
  );
}
