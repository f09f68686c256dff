/** Values of settings, as people read them. */
const MAX_CHARACTERS = 160;

/** A value on one line, shortened. What is sensitive is masked; what is absent says so. */
export function shown(value: unknown, sensitive = false): string {
  if (value === undefined) return 'absent';
  if (sensitive) return '•••';
  const text = JSON.stringify(value);
  return text.length <= MAX_CHARACTERS
    ? text
    : `${text.slice(0, MAX_CHARACTERS)}… (${text.length} characters)`;
}
