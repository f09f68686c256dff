import { useEffect, useRef, useState } from 'react';
import type { BoardItem } from '../../../shared/chat-board-commands.ts';
import type { BareJid } from '../../../shared/jid.ts';
import { useActions } from '../../hooks/services.ts';

export type Pictures = ReadonlyMap<string, ImageBitmap>;

/** Pixels of a picture as it is kept: as many as the board shows; 40 million of each would be 160 MB. */
const KEPT = { width: 2_000, height: 1_200 } as const;

async function asShown(whole: ImageBitmap): Promise<ImageBitmap> {
  const scale = Math.min(KEPT.width / whole.width, KEPT.height / whole.height);
  if (scale >= 1) return whole;
  const resized = (size: number) => Math.max(1, Math.round(size * scale));
  try {
    return await createImageBitmap(whole, {
      resizeWidth: resized(whole.width),
      resizeHeight: resized(whole.height),
      resizeQuality: 'high',
    });
  } finally {
    whole.close();
  }
}

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
      const picture = await asShown(await createImageBitmap(blob));
      latest.current.get(id)?.close();
      setPictures((known) => new Map(known).set(id, picture));
    } catch {
      boards.pictureUnfit();
    }
  };
  return { pictures, show };
}
