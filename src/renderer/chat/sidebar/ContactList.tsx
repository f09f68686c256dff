import { defaultRangeExtractor, useVirtualizer, type VirtualItem } from '@tanstack/react-virtual';
import { Fragment, type ReactElement, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useWindowState } from '../../hooks/services.ts';
import { useFocusedLine } from '../../hooks/use-focused-line.ts';
import { useUnreadIn } from '../../hooks/use-unread.ts';
import { withKept } from '../../parts/kept-rows.ts';
import { type ContactGroup, NO_GROUP } from '../../state/directory.ts';
import { SIDEBAR_TEXT } from '../../text/sidebar.ts';
import { ContactRow } from './ContactRow.tsx';
import { type ContactItem, contactItems } from './contact-items.ts';
import { SectionHead } from './SectionHead.tsx';

const HEAD_HEIGHT = 24;
const ROW_HEIGHT = 26;
/** Of a row with a status below the name. */
const TALL_HEIGHT = 38;

type HeadItem = Extract<ContactItem, { kind: 'head' }>;

interface Props {
  readonly groups: readonly ContactGroup[];
}

/** Lines that stand together: a group's head, if it is in sight, and contacts of that group. */
interface Run {
  readonly group: string;
  readonly head: VirtualItem | undefined;
  readonly rows: VirtualItem[];
}

function runsOf(lines: readonly VirtualItem[], items: readonly ContactItem[]): readonly Run[] {
  const runs: Run[] = [];
  for (const line of lines) {
    const item = items[line.index];
    const last = runs.at(-1);
    if (item === undefined) continue;
    if (item.kind === 'head') runs.push({ group: item.group.name, head: line, rows: [] });
    else if (last?.group === item.group) last.rows.push(line);
    else runs.push({ group: item.group, head: undefined, rows: [line] });
  }
  return runs;
}

const NOBODY: ContactGroup['contacts'] = [];

function GroupHead({ item }: { readonly item: HeadItem }): ReactElement {
  const { key, group, collapsed } = item;
  const unread = useUnreadIn(collapsed ? group.contacts : NOBODY);
  return (
    <SectionHead
      title={group.name === NO_GROUP ? SIDEBAR_TEXT.noGroup : group.name}
      sectionKey={key}
      collapsed={collapsed}
      count={group.contacts.length}
      unread={unread}
      level={3}
    />
  );
}

/** The contacts in their groups. Only the lines in sight are in the document, so 5,000 contacts cost what 50 do. */
export function ContactList({ groups }: Props): ReactElement {
  const active = useWindowState((state) => state.view.active?.jid);
  const collapsed = useWindowState((state) => state.view.collapsed);
  const items = useMemo(() => contactItems(groups, collapsed), [groups, collapsed]);
  const list = useRef<HTMLDivElement>(null);
  const focused = useFocusedLine(list);
  const shown = useMemo(() => {
    const index = items.findIndex((item) => item.kind === 'contact' && item.contact.jid === active);
    return index === -1 ? undefined : index;
  }, [items, active]);
  const [above, setAbove] = useState(0);
  const virtualizer = useVirtualizer<HTMLElement, HTMLElement>({
    count: items.length,
    getScrollElement: () => scrollerOf(list.current),
    estimateSize: (index) => heightOf(items[index]),
    getItemKey: (index) => items[index]?.key ?? index,
    rangeExtractor: (range) => withKept(defaultRangeExtractor(range), [focused, shown], items.length),
    scrollMargin: above,
    overscan: 12,
  });
  // What stands above the list in the same scroller: the section's head, and requests that wait.
  useLayoutEffect(() => {
    const outer = scrollerOf(list.current);
    if (outer === null || list.current === null) return;
    const distance = list.current.getBoundingClientRect().top - outer.getBoundingClientRect().top;
    setAbove(Math.round(distance + outer.scrollTop));
  });
  const place = ({ start }: VirtualItem) => ({ transform: `translateY(${start - above}px)` });
  return (
    <div ref={list} className="contact-list" style={{ height: virtualizer.getTotalSize() }}>
      {runsOf(virtualizer.getVirtualItems(), items).map(({ group, head, rows }) => {
        const headItem = head === undefined ? undefined : items[head.index];
        return (
          <Fragment key={group}>
            {head === undefined || headItem?.kind !== 'head' ? null : (
              <div
                ref={virtualizer.measureElement}
                data-index={head.index}
                className="contact-list-line"
                style={place(head)}
              >
                <GroupHead item={headItem} />
              </div>
            )}
            {rows.length === 0 ? null : (
              <ul>
                {rows.map((row) => {
                  const item = items[row.index];
                  if (item?.kind !== 'contact') return null;
                  return (
                    <li
                      key={row.key}
                      ref={virtualizer.measureElement}
                      data-index={row.index}
                      className="contact-list-line contact-list-row"
                      style={place(row)}
                      aria-posinset={item.position}
                      aria-setsize={item.count}
                    >
                      <ContactRow contact={item.contact} active={item.contact.jid === active} />
                    </li>
                  );
                })}
              </ul>
            )}
          </Fragment>
        );
      })}
    </div>
  );
}

/** What the list scrolls in: the section of the side bar, whose own ref is not there yet when the list is put into it. */
function scrollerOf(list: HTMLElement | null): HTMLElement | null {
  return list?.closest<HTMLElement>('[data-long]') ?? null;
}

function heightOf(item: ContactItem | undefined): number {
  if (item?.kind === 'head') return HEAD_HEIGHT;
  const status = item?.contact.status;
  return status === undefined || status === '' ? ROW_HEIGHT : TALL_HEIGHT;
}
