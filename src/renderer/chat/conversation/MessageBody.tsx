import { type ReactElement, useMemo } from 'react';
import { linkify, type TextSpan } from '../../../shared/links.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';

const NO_HOSTS: readonly string[] = [];

/** The spans with where each begins in the text, which is what tells them apart. */
function placed(spans: readonly TextSpan[]): readonly (TextSpan & { readonly start: number })[] {
  let next = 0;
  return spans.map((span) => {
    const start = next;
    next += span.text.length;
    return { ...span, start };
  });
}

/** A message's text. What it holds stays text, but for https links to hosts that the policy lists. */
export function MessageBody({ text }: { readonly text: string }): ReactElement {
  const actions = useActions();
  const hosts = useWindowState(({ app }) => (app?.kind === 'running' ? app.policy.linkHosts : NO_HOSTS));
  const spans = useMemo(() => placed(linkify(text, hosts)), [text, hosts]);
  return (
    <p className="message-body" dir="auto">
      {spans.map(({ text: part, href, start }) =>
        href === undefined ? (
          part
        ) : (
          <button key={start} type="button" className="link" onClick={() => actions.openLink(href)}>
            {part}
          </button>
        ),
      )}
    </p>
  );
}
