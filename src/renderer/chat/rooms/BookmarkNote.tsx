import type { ReactElement } from 'react';
import { useWindowState } from '../../hooks/services.ts';
import { errorText } from '../../text/error-text.ts';

/** Says that rooms are not kept over sign-ins, where the server cannot, or not safely. */
export function BookmarkNote(): ReactElement | null {
  const support = useWindowState((state) => state.chat.collections.bookmarkSupport.get('support')?.support);
  if (support !== 'unsupported' && support !== 'unsafe') return null;
  const { title, action } = errorText({
    code: support === 'unsafe' ? 'BOOKMARKS_UNSAFE' : 'BOOKMARKS_UNSUPPORTED',
  });
  return (
    <p className="hint" role="note">
      {title} {action}
    </p>
  );
}
