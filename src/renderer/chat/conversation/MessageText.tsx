import { Fragment, type ReactElement, type ReactNode, useMemo } from 'react';
import { linkify } from '../../../shared/links.ts';
import { mentionsIn } from '../../../shared/mentions.ts';
import {
  isPlain,
  type SpanStyle,
  type StyledBlock,
  type StyledSpan,
  styled,
} from '../../../shared/styling.ts';

/** What a text is shown with. */
export interface TextContext {
  readonly hosts: readonly string[];
  /** Names by which this user is spoken to; a mention of one is marked. */
  readonly names: readonly string[];
  readonly onLink: (href: string) => void;
}

const CLASSES: Readonly<Record<SpanStyle, string>> = {
  strong: 'styled-strong',
  emphasis: 'styled-emphasis',
  strike: 'styled-strike',
  code: 'styled-code',
  mark: 'styled-mark',
};

/** Items with where each begins, which is what tells them apart. */
function placed<Item>(items: readonly Item[], lengthOf: (item: Item) => number) {
  let next = 0;
  return items.map((item) => {
    const start = next;
    next += lengthOf(item) + 1;
    return { item, start };
  });
}

function Mentions({ text, names }: { readonly text: string; readonly names: readonly string[] }): ReactNode {
  const ranges = names.length === 0 ? [] : mentionsIn(text, names);
  if (ranges.length === 0) return text;
  const parts: ReactNode[] = [];
  let from = 0;
  for (const { start, end } of ranges) {
    parts.push(
      text.slice(from, start),
      <mark key={start} className="mention">
        {text.slice(start, end)}
      </mark>,
    );
    from = end;
  }
  return [...parts, text.slice(from)];
}

/** Text that stays text, but for links to hosts of the policy and names that mean this user. */
function Plain({ text, context }: { readonly text: string; readonly context: TextContext }): ReactElement {
  const spans = placed(linkify(text, context.hosts), (span) => span.text.length);
  return (
    <>
      {spans.map(({ item: { text: part, href }, start }) =>
        href === undefined ? (
          <Fragment key={start}>
            <Mentions text={part} names={context.names} />
          </Fragment>
        ) : (
          <button key={start} type="button" className="link" onClick={() => context.onLink(href)}>
            {part}
          </button>
        ),
      )}
    </>
  );
}

function Spans({
  spans,
  context,
}: {
  readonly spans: readonly StyledSpan[];
  readonly context: TextContext;
}): ReactElement {
  return (
    <>
      {placed(spans, ({ text }) => text.length).map(({ item: { text, styles }, start }) =>
        styles.length === 0 ? (
          <Plain key={start} text={text} context={context} />
        ) : (
          <span key={start} className={styles.map((style) => CLASSES[style]).join(' ')}>
            {styles.includes('code') ? text : <Plain text={text} context={context} />}
          </span>
        ),
      )}
    </>
  );
}

function Blocks({
  blocks,
  context,
}: {
  readonly blocks: readonly StyledBlock[];
  readonly context: TextContext;
}): ReactElement {
  return (
    <>
      {placed(blocks, () => 1).map(({ item: block, start }) => {
        if (block.kind === 'preformatted')
          return (
            <pre key={start} className="styled-pre">
              {block.opening === '' ? null : <span className="styled-mark">{`${block.opening}\n`}</span>}
              <code>{block.code}</code>
            </pre>
          );
        if (block.kind === 'quote')
          return (
            <blockquote key={start} className="styled-quote">
              <Blocks blocks={block.blocks} context={context} />
            </blockquote>
          );
        return (
          <p key={start} dir="auto">
            <Spans spans={block.spans} context={context} />
          </p>
        );
      })}
    </>
  );
}

/** A text with its styling (XEP-0393): React elements and text, never markup from the network. */
export function MessageText({
  text,
  context,
}: {
  readonly text: string;
  readonly context: TextContext;
}): ReactElement {
  const blocks = useMemo(() => (isPlain(text) ? undefined : styled(text)), [text]);
  if (blocks === undefined)
    return (
      <p className="message-body" dir="auto">
        <Plain text={text} context={context} />
      </p>
    );
  return (
    <div className="message-body">
      <Blocks blocks={blocks} context={context} />
    </div>
  );
}
