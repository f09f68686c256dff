import type { ReactElement } from 'react';
import type { Availability } from '../../shared/chat-model.ts';
import { PRESENCE_TEXT } from '../text/presence.ts';

/** A shape of its own for each state, so that colour is never the only difference. */
function Shape({ availability }: { readonly availability: Availability }): ReactElement {
  switch (availability) {
    case 'available':
      return <circle cx="6" cy="6" r="4.5" className="presence-fill" />;
    case 'chat':
      return (
        <>
          <circle cx="6" cy="6" r="4.75" className="presence-line" />
          <circle cx="6" cy="6" r="2.5" className="presence-fill" />
        </>
      );
    case 'away':
      return <path d="M6 1.5a4.5 4.5 0 1 0 4.5 4.5A3.6 3.6 0 0 1 6 1.5Z" className="presence-fill" />;
    case 'xa':
      return <path d="M6 1.9a4.2 4.2 0 1 0 4.2 4.2A3.4 3.4 0 0 1 6 1.9Z" className="presence-line" />;
    case 'dnd':
      return <path d="M1.5 1.5h9v9h-9zM3.4 5v2h5.2V5Z" fillRule="evenodd" className="presence-fill" />;
    case 'offline':
      return <circle cx="6" cy="6" r="3.75" className="presence-line" />;
  }
}

/** Presence as shape, colour and text. */
export function PresenceMark({ availability }: { readonly availability: Availability }): ReactElement {
  return (
    <span className={`presence presence-${availability}`}>
      <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true" focusable="false">
        <Shape availability={availability} />
      </svg>
      <span className="visually-hidden">{PRESENCE_TEXT[availability]}</span>
    </span>
  );
}
