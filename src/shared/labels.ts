/**
 * Security labels (XEP-0258) as session and windows see them: the policy's catalogue, what may be sent to whom, and
 * colours that can be read. Pure.
 */

/** A label of the policy's catalogue. */
export interface SecurityLabel {
  readonly id: string;
  /** The marking as it is shown. */
  readonly text: string;
  /** Colours as in CSS, `#rrggbb`. */
  readonly background: string;
  readonly foreground: string;
  /** The higher, the more sensitive. */
  readonly rank: number;
}

/** What the policy says of labels. */
export interface LabelPolicy {
  readonly catalogue: readonly SecurityLabel[];
  /** What an unlabelled message counts as, and is sent with where labels are required. */
  readonly defaultLabel?: string;
  readonly maximumLabel?: string;
  readonly required: boolean;
}

/** The same with the ceilings of partner domains. */
export interface LabelRules {
  readonly labels: LabelPolicy;
  readonly partners: readonly { readonly domain: string; readonly maximumLabel?: string }[];
}

/**
 * The label of one message. It names the catalogue's entry and carries no colours: those come from the policy alone,
 * whatever the network says.
 */
export interface MessageLabel {
  /** The marking, one line of at most {@link MAX_LABEL_TEXT}; empty where a label has none that can be shown. */
  readonly text: string;
  /** Absent: the label is not of the catalogue. */
  readonly id?: string;
  /** The message came, or goes, without a label and counts as the policy's default. */
  readonly assumed?: true;
}

/**
 * The label of an own message that is sent under `chosen`. Without one it counts as the policy's default (`fallback`), which the
 * guard writes into it where labels are `required`.
 */
export function ownMessageLabel(
  chosen: Pick<SecurityLabel, 'id' | 'text'> | undefined,
  fallback: Pick<SecurityLabel, 'id' | 'text'> | undefined,
  required: boolean,
): MessageLabel | undefined {
  if (chosen !== undefined) return { id: chosen.id, text: chosen.text };
  return fallback && { id: fallback.id, text: fallback.text, ...(required ? {} : { assumed: true }) };
}

/** Longest marking that is shown, in UTF-16 code units; the catalogue's are no longer. */
export const MAX_LABEL_TEXT = 128;
/** Longest id of a label; the catalogue's are no longer. */
export const MAX_LABEL_ID = 64;

/** The labels that one conversation may have. */
export interface LabelChoice {
  /** Lowest first. */
  readonly allowed: readonly SecurityLabel[];
  /** What a new message has. */
  readonly preset: SecurityLabel | undefined;
  /** A message without a chosen label would be refused. */
  readonly required: boolean;
}

/** A limit that names a label outside the catalogue lets nothing labelled pass; no limit lets any label pass. */
export function rankLimit(id: string | undefined, catalogue: readonly SecurityLabel[]): number {
  if (id === undefined) return Number.POSITIVE_INFINITY;
  return catalogue.find((label) => label.id === id)?.rank ?? Number.NEGATIVE_INFINITY;
}

/** What may be sent to `conversation`, a bare address; the stanza guard decides the same way. */
export function labelChoice({ labels, partners }: LabelRules, conversation: string): LabelChoice {
  const { catalogue, defaultLabel, maximumLabel } = labels;
  const domain = conversation.slice(conversation.lastIndexOf('@') + 1).toLowerCase();
  const partner = partners.find((entry) => entry.domain.toLowerCase() === domain);
  const limit = Math.min(rankLimit(maximumLabel, catalogue), rankLimit(partner?.maximumLabel, catalogue));
  const allowed = catalogue.filter(({ rank }) => rank <= limit).sort((a, b) => a.rank - b.rank);
  const counted = catalogue.find(({ id }) => id === defaultLabel);
  // What an unlabelled message counts as; with nothing to count as it may not go to a partner that has a ceiling.
  const passes =
    counted === undefined
      ? !labels.required && (limit === Number.POSITIVE_INFINITY || partner === undefined)
      : counted.rank <= limit;
  return {
    allowed,
    preset: counted !== undefined && counted.rank <= limit ? counted : undefined,
    required: !passes,
  };
}

export type LabelProblem = 'LABEL_REQUIRED' | 'LABEL_UNKNOWN' | 'LABEL_NOT_ALLOWED';

/** Why a message to `conversation` may not have the label with that id (`undefined`: none). */
export function labelProblem(
  rules: LabelRules,
  conversation: string,
  id: string | undefined,
): LabelProblem | undefined {
  const { allowed, required } = labelChoice(rules, conversation);
  if (id === undefined) return required ? 'LABEL_REQUIRED' : undefined;
  if (allowed.some((label) => label.id === id)) return undefined;
  return rules.labels.catalogue.some((label) => label.id === id) ? 'LABEL_NOT_ALLOWED' : 'LABEL_UNKNOWN';
}

/** Least contrast of text on its ground, WCAG 2.2 1.4.3. */
export const MIN_CONTRAST = 4.5;

/** Relative luminance of a colour `#rrggbb`, 0 to 1 (WCAG 2.2). */
function luminance(colour: string): number {
  const channel = (at: number): number => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

/** The contrast of two colours `#rrggbb`, 1 to 21 (WCAG 2.2). */
export function contrast(one: string, other: string): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** The label's own text colour where it can be read on its ground, else black or white, whichever is plainer. */
export function readableForeground({
  background,
  foreground,
}: Pick<SecurityLabel, 'background' | 'foreground'>): string {
  if (contrast(background, foreground) >= MIN_CONTRAST) return foreground;
  return contrast(background, '#ffffff') >= contrast(background, '#000000') ? '#ffffff' : '#000000';
}
