import type { ReactElement, ReactNode } from 'react';

export interface Fact {
  readonly name: string;
  readonly value: ReactNode;
  /** Long values that are compared character by character. */
  readonly code?: boolean;
}

/** Names and values under a heading. */
export function FactList({
  title,
  facts,
}: {
  readonly title: string;
  readonly facts: readonly Fact[];
}): ReactElement {
  return (
    <section className="facts">
      <h3>{title}</h3>
      <dl>
        {facts.map(({ name, value, code }) => (
          <div key={name} className="fact">
            <dt>{name}</dt>
            <dd className={code === true ? 'fact-code' : undefined}>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
