import type { ReactElement } from 'react';
import type { PresentationPolicy } from '../../shared/app-state.ts';
import { PARTS_TEXT } from '../text/parts.ts';
import { markingColours } from './marking.ts';

interface Props {
  /** Absent while no policy is known. */
  readonly banner: (PresentationPolicy['banner'] & { readonly note?: string }) | undefined;
  readonly place: 'top' | 'bottom';
}

/** React Aria hides everything beside an open dialog from screen readers, except what is marked so. */
const ABOVE_DIALOGS = { 'data-react-aria-top-layer': 'true' } as const;

/** The classification marking; stays above everything, dialogs included. */
export function ClassificationBanner({ banner, place }: Props): ReactElement {
  const Element = place === 'top' ? 'header' : 'footer';
  if (banner === undefined) {
    return (
      <Element className="banner banner-unknown" {...ABOVE_DIALOGS}>
        {PARTS_TEXT.classificationUnknownNoValidPolicy}
      </Element>
    );
  }
  return (
    <Element
      className="banner marking"
      style={markingColours(banner.background, banner.foreground)}
      {...ABOVE_DIALOGS}
    >
      {banner.text}
      {banner.note === undefined || banner.note === '' ? null : (
        <span className="banner-note">{banner.note}</span>
      )}
    </Element>
  );
}
