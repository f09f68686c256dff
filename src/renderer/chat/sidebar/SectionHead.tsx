import type { ReactElement, ReactNode } from 'react';
import { useActions } from '../../hooks/services.ts';
import { Icon } from '../../parts/Icon.tsx';
import { UnreadBadge } from './UnreadBadge.tsx';

interface Props {
  readonly title: string;
  readonly sectionKey: string;
  readonly collapsed: boolean;
  readonly count: number;
  /** Shown while the section is closed, so that nothing unread hides in it. */
  readonly unread: number;
  readonly level: 2 | 3;
  readonly children?: ReactNode;
}

/** The head of a section or group of the side bar; opens and closes it. */
export function SectionHead({
  title,
  sectionKey,
  collapsed,
  count,
  unread,
  level,
  children,
}: Props): ReactElement {
  const actions = useActions();
  const Heading = level === 2 ? 'h2' : 'h3';
  return (
    <div className={`section-head section-head-${level}`}>
      <Heading>
        <button
          type="button"
          className="section-toggle"
          data-roving
          aria-expanded={!collapsed}
          onClick={() => actions.toggle(sectionKey)}
        >
          <span className={collapsed ? 'chevron chevron-closed' : 'chevron'}>
            <Icon name="chevron" size={12} />
          </span>
          <span className="section-title" dir="auto">
            {title}
          </span>
          <span className="section-count">{count}</span>
        </button>
      </Heading>
      {collapsed ? <UnreadBadge count={unread} /> : null}
      {children}
    </div>
  );
}
