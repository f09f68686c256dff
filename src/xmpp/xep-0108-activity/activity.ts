/** XEP-0108 User Activity, version 1.3: the general activity and a text. */
import { safeText } from '../../shared/display-name.ts';
import { type Activity, isActivity, MAX_EXTRA_TEXT } from '../../shared/presence-extras.ts';
import { NS } from '../namespaces.ts';
import { childText, type Element, elementsOf, toXmlText, xml } from '../xml.ts';

/** Without an activity: it is told no more (XEP-0108 2.2). */
export function buildActivity(activity: Activity | undefined): Element {
  if (activity === undefined) return xml('activity', { xmlns: NS.activity });
  const { general, text } = activity;
  return xml(
    'activity',
    { xmlns: NS.activity },
    xml(general, {}),
    text === '' ? undefined : xml('text', {}, toXmlText(text)),
  );
}

/** `undefined` for none, and for one that is not known here. */
export function readActivity(element: Element): Activity | undefined {
  for (const { name } of elementsOf(element)) {
    if (!isActivity(name)) continue;
    const text = safeText(childText(element, 'text', NS.activity) ?? '', MAX_EXTRA_TEXT);
    return { general: name, text };
  }
  return undefined;
}
