import type { ReactElement, ReactNode } from 'react';
import { useWindowState } from '../../hooks/services.ts';
import { Icon, type IconName } from '../../parts/Icon.tsx';
import { SectionHead } from './SectionHead.tsx';

/** A button in the section's head. */
export interface SideDeed {
  readonly icon: IconName;
  readonly label: string;
  /** Where it is not the label: with the keys. */
  readonly tooltip?: string | undefined;
  readonly onDo: () => void;
}

interface Props {
  readonly title: string;
  readonly sectionKey: string;
  readonly count: number;
  readonly unread: number;
  readonly deeds: readonly SideDeed[];
  /** What waits above the rows, also where they are not shown. */
  readonly waiting?: ReactNode;
  /** What is said where there are no rows: `none` at all and what the last deed does about it, or none that `fits` the filter. */
  readonly empty: { readonly none: string; readonly begin: string; readonly fits: string };
  readonly isEmpty: boolean;
  readonly children: ReactNode;
}

/** The way out of an empty section, in words. */
function FirstDeed({
  deed,
  name,
}: {
  readonly deed: SideDeed | undefined;
  readonly name: string;
}): ReactNode {
  if (deed === undefined) return null;
  return (
    <button type="button" className="button button-small" onClick={deed.onDo}>
      {name}
    </button>
  );
}

/** A section of the side bar: its head, which opens and closes it, and its rows. */
export function SideSection(props: Props): ReactElement {
  const { title, sectionKey, count, unread, deeds, waiting, empty, isEmpty, children } = props;
  const filter = useWindowState((state) => state.view.filter);
  const collapsed = useWindowState((state) => state.view.collapsed.has(sectionKey));
  return (
    <>
      <SectionHead
        title={title}
        sectionKey={sectionKey}
        collapsed={collapsed}
        count={count}
        unread={unread}
        level={2}
      >
        {deeds.map(({ icon, label, tooltip = label, onDo }) => (
          <button
            key={label}
            type="button"
            className="icon-button"
            aria-label={label}
            title={tooltip}
            onClick={onDo}
          >
            <Icon name={icon} size={14} />
          </button>
        ))}
      </SectionHead>
      {waiting}
      {collapsed ? null : children}
      {!collapsed && isEmpty ? (
        <div className="rows-empty">
          <p>{filter === '' ? empty.none : empty.fits}</p>
          {filter === '' ? <FirstDeed deed={deeds.at(-1)} name={empty.begin} /> : null}
        </div>
      ) : null}
    </>
  );
}
