import type { ComponentChildren, JSX } from "preact";

interface LinkProps extends Pick<JSX.IntrinsicElements["a"], "aria-current" | "title"> {
  /** An address of this dashboard, of addresses.ts. */
  readonly to: string;
  readonly class?: string;
  readonly children: ComponentChildren;
}

/** To another page of the dashboard, without loading it anew. */
export function Link({ to, children, ...rest }: LinkProps) {
  return (
    <a href={to} data-own="" {...rest}>
      {children}
    </a>
  );
}
