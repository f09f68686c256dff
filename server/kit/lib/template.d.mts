type Value = string | number | boolean | readonly string[];

/**
 * Fills in a configuration template.
 *
 * @throws Error naming a value that is missing or not plain text
 */
export function fillTemplate(
  template: string,
  values: Readonly<Record<string, Value | undefined>>,
  raw?: Readonly<Record<string, string>>,
): string;
