import { memo, type ReactElement } from 'react';
import { useRovingFocus } from '../../hooks/use-roving-focus.ts';
import { SIDEBAR_TEXT } from '../../text/sidebar.ts';
import { FeedSection } from '../feeds/FeedSection.tsx';
import { ContactSection } from './ContactSection.tsx';
import { FilterBox } from './FilterBox.tsx';
import { RoomSection } from './RoomSection.tsx';
import { SelfMenu } from './SelfMenu.tsx';

/** Rooms and contacts. Up and down move between the rows of a section, F6 and Tab between the parts. */
export const Sidebar = memo(function Sidebar(): ReactElement {
  const rooms = useRovingFocus<HTMLDivElement>();
  const contacts = useRovingFocus<HTMLDivElement>();
  return (
    <nav className="sidebar" aria-label={SIDEBAR_TEXT.conversations}>
      <div className="sidebar-head">
        <SelfMenu />
        <FilterBox />
      </div>
      <div ref={rooms} className="sidebar-section" data-pane="rooms">
        <RoomSection />
      </div>
      <FeedSection />
      <div ref={contacts} className="sidebar-section sidebar-section-grow" data-pane="contacts" data-long>
        <ContactSection />
      </div>
    </nav>
  );
});
