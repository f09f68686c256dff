/** Markings: what cannot be read, and labels that look alike. */
import { contrast, MIN_CONTRAST } from '../../../shared/labels.ts';
import { type Check, type Finding, warning } from './finding.ts';

interface Coloured {
  readonly text: string;
  readonly background: string;
  readonly foreground: string;
}

function contrastOf(where: string, { text, background, foreground }: Coloured): Finding[] {
  const ratio = contrast(background, foreground);
  if (ratio >= MIN_CONTRAST) return [];
  const sentence = `${text}: ${foreground} on ${background} has a contrast of ${ratio.toFixed(1)}:1; less than ${MIN_CONTRAST}:1 is hard to read.`;
  return [
    warning(
      'LOW_CONTRAST',
      where,
      sentence,
      'Choose #000000 or #ffffff as foreground, whichever is plainer.',
    ),
  ];
}

export const checkMarkings: Check = ({ settings }) => {
  if (settings === undefined) return [];
  const { banner, labels } = settings.classification;
  const seen = new Map<string, string>();
  const twice = labels.flatMap(({ id, text }, at) => {
    const key = text.trim().toUpperCase();
    const other = seen.get(key);
    seen.set(key, id);
    if (other === undefined) return [];
    const sentence = `${id} and ${other} both say ${text}: nobody can tell them apart.`;
    return [
      warning(
        'LABEL_TEXT_TWICE',
        `/classification/labels/${at}`,
        sentence,
        'Give each label a text of its own.',
      ),
    ];
  });
  return [
    ...contrastOf('/classification/banner', banner),
    ...labels.flatMap((label, at) => contrastOf(`/classification/labels/${at}`, label)),
    ...twice,
  ];
};
