import { type DragEvent, useRef, useState } from 'react';
import { useActions, useWindowState } from '../../hooks/services.ts';
import type { ConversationKey } from '../../state/view-state.ts';
import { useFilePolicy } from './use-file-policy.ts';

export interface FileDrop {
  /** True while files are held over the conversation. */
  readonly over: boolean;
  readonly handlers: {
    readonly onDragEnter: (event: DragEvent) => void;
    readonly onDragOver: (event: DragEvent) => void;
    readonly onDragLeave: (event: DragEvent) => void;
    readonly onDrop: (event: DragEvent) => void;
  };
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer.types.includes('Files');
}

/** Files that are dropped on a conversation are sent there, where the policy allows both files and dropping. */
export function useFileDrop(target: ConversationKey, open: boolean): FileDrop {
  const actions = useActions();
  const files = useFilePolicy() !== undefined;
  const dropping = useWindowState(
    (state) => state.app?.kind === 'running' && state.app.policy.desktop.dragAndDrop,
  );
  const [over, setOver] = useState(false);
  /** Every element that is entered counts one up, every one that is left one down. */
  const depth = useRef(0);
  const allowed = open && files && dropping;
  const set = (value: number) => {
    depth.current = Math.max(0, value);
    setOver(depth.current > 0);
  };
  return {
    over,
    handlers: {
      onDragEnter: (event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        if (allowed) set(depth.current + 1);
      },
      onDragOver: (event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = allowed ? 'copy' : 'none';
      },
      onDragLeave: (event) => {
        if (hasFiles(event)) set(depth.current - 1);
      },
      onDrop: (event) => {
        if (!hasFiles(event)) return;
        // Without this the window would try to open the file.
        event.preventDefault();
        set(0);
        if (allowed) actions.attach(target, [...event.dataTransfer.files], 'drop');
      },
    },
  };
}
