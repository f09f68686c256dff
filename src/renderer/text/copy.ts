/**
 * Copies the text of a field by selecting it. The asynchronous clipboard needs a permission, and this window has none;
 * where copying is refused the text stays selected for the user's own Ctrl+C.
 */
export function copyField(field: HTMLTextAreaElement): boolean {
  field.focus();
  field.select();
  return document.execCommand('copy');
}
