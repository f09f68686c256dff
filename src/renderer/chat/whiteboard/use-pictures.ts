import { useEffect, useRef, useState } from 'react';
import type { BoardItem } from '../../../shared/chat-board-commands.ts';
import type { BareJid } from '../../../shared/jid.ts';
import { useActions } from '../../hooks/services.ts';

export type Pictures = ReadonlyMap<string, ImageBitmap>;

/** The board's pictures that this user asked to see, decoded, by their items' ids. They are gone with the board. */
export function usePictures(room: BareJid): {
  readonly pictures: Pictures;
  readonly show: (item: BoardItem) => Promise<void>;
} {
  const { boards } = useActions();
  const [pictures, setPictures] = useState<Pictures>(new Map());
  const latest = useRef(pictures);
  latest.current = pictures;
  useEffect(
    () => () => {
      for (const picture of latest.current.values()) picture.close();
    },
    [],
  );
  const show = async ({ id, drawn }: BoardItem) => {
    const bytes = await boards.loadPicture(room, id);
    if (bytes === undefined) return;
    // The bytes themselves, not an address of them: nothing is loaded, and the content security policy has nothing to allow.
    const blob = new Blob([new Uint8Array(bytes)], { type: drawn.file?.mediaType ?? '' });
    try {
      const picture = await createImageBitmap(blob);
      setPictures((known) => new Map(known).set(id, picture));
    } catch {
      boards.pictureUnfit();
    }
  };
  return { pictures, show };
}
