/** What takes a while and is signed with the card: whether it is still the same person's, and they are there. */

/**
 * Whether the signer of now is who began something. Nobody is one while the screen is covered, or after signing out.
 *
 * @param now whose certificate (DER) is selected
 */
export function isSameSigner(
  now: { readonly certificate: Uint8Array } | undefined,
  before: { readonly certificate: Uint8Array },
): boolean {
  return now !== undefined && Buffer.compare(now.certificate, before.certificate) === 0;
}
