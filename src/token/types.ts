/** What the token process is told and what it reports; the words that both sides of its boundary share. */
import type { CertificateChoice } from '../shared/app-state.ts';
import type { ErrorReport } from '../shared/errors.ts';

/** A PKCS#11 module that the policy allows. */
export interface TokenModuleConfig {
  /** Absolute path of the shared library. */
  readonly path: string;
  /** SHA-256 of the file, hex. */
  readonly sha256: string;
}

/** Which certificates may sign in. */
export interface CertificateRules {
  /** Base64 SHA-256 of the SubjectPublicKeyInfo of each authority that may have issued the certificate; empty: any. */
  readonly issuerSpkiSha256: readonly string[];
  /** Object identifiers, at least one of which the certificate must name; empty: any. */
  readonly extendedKeyUsages: readonly string[];
  /** Certificate policies (RFC 5280, 4.2.1.4), one of which the certificate must name; empty: any. */
  readonly policyOids: readonly string[];
  /** A pattern that the whole UPN must fit; empty: a UPN is not asked for. */
  readonly upnPattern: string;
  /**
   * Certificates of authorities (DER) that `issuerSpkiSha256` may name. A card holds no authority's certificate, so
   * without them a non-empty `issuerSpkiSha256` accepts nothing. The issuer's certificate is sent along in the chain.
   */
  readonly issuerCertificates?: readonly Uint8Array[];
}

export interface TokenConfig {
  /** In order of preference; the first that is installed is used. A path may come twice with different hashes. */
  readonly modules: readonly TokenModuleConfig[];
  readonly certificate: CertificateRules;
  /** Variables set in the token process before the module is loaded. */
  readonly environment?: Readonly<Record<string, string>>;
}

export type TokenStatus =
  | { readonly kind: 'starting' }
  /** No reader, no card, or nothing on it that may sign in; goes on by itself. */
  | { readonly kind: 'error'; readonly error: ErrorReport }
  | {
      readonly kind: 'card';
      /** Opaque; another card has another one, the same card the same. */
      readonly cardId: string;
      readonly certificates: readonly CertificateChoice[];
      /** CKF_USER_PIN_FINAL_TRY. */
      readonly finalTry: boolean;
      /** CKF_USER_PIN_LOCKED. */
      readonly locked: boolean;
      /** CKF_PROTECTED_AUTHENTICATION_PATH: the PIN is typed on the reader. */
      readonly pinPad: boolean;
      readonly loggedIn: boolean;
    };

/** The certificate that was chosen. */
export interface SelectedCertificate {
  /** DER. */
  readonly certificate: Uint8Array;
  /** DER, the issuer first; self-signed certificates are left out. */
  readonly chain: readonly Uint8Array[];
}
