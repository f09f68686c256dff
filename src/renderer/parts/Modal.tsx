import type { ReactElement, ReactNode } from 'react';
import { Dialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { ModalOverlay, Modal as Panel } from 'react-aria-components/Modal';
import { PARTS_TEXT } from '../text/parts.ts';
import { Icon } from './Icon.tsx';

interface Props {
  readonly title: string;
  readonly onClose: () => void;
  readonly size?: 'small' | 'medium' | 'large' | 'wide';
  readonly children: ReactNode;
}

/** A dialog over the window: keeps the focus, closes on Escape, never covers the classification banners. */
export function Modal({ title, onClose, size = 'medium', children }: Props): ReactElement {
  return (
    <ModalOverlay
      className="modal-overlay"
      isOpen
      isDismissable
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Panel className={`modal modal-${size}`}>
        <Dialog className="dialog">
          <div className="dialog-head">
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            <button type="button" className="icon-button" aria-label={PARTS_TEXT.close} onClick={onClose}>
              <Icon name="close" />
            </button>
          </div>
          {children}
        </Dialog>
      </Panel>
    </ModalOverlay>
  );
}
