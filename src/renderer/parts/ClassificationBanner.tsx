import type { ReactElement } from 'react';
import type { PresentationPolicy } from '../../shared/app-state.ts';

interface Props {
  /** Absent while no policy is known. */
  readonly banner: PresentationPolicy['banner'] | undefined;
  readonly place: 'top' | 'bottom';
}

/** The classification marking; stays above everything, dialogs included. */
export function ClassificationBanner({ banner, place }: Props): ReactElement {
  const Element = place === 'top' ? 'header' : 'footer';
  if (banner === undefined) {
    return <Element className="banner banner-unknown">Classification unknown: no valid policy</Element>;
  }
  return (
    <Element className="banner" style={{ backgroundColor: banner.background, color: banner.foreground }}>
      {banner.text}
    </Element>
  );
}
