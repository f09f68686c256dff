/** The two sentences of an error code. */
export interface ErrorText {
  readonly title: string;
  readonly action: string;
}

export type Catalogue = Readonly<Record<string, ErrorText>>;
