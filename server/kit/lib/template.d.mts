type Value = string | number | boolean | readonly string[];

/**
 * Fills in a configuration template.
 *
 * @throws Error naming a value that is missing or not plain text
 */
export function fillTemplate(
  template: string,
  values: Readonly<Record<string, Value | undefined>>,
  kinds?: {
    readonly raw?: Readonly<Record<string, string>>;
    /** Names whose values may be any line of text; they stand between quotation marks in a YAML template. */
    readonly texts?: readonly string[];
  },
): string;
