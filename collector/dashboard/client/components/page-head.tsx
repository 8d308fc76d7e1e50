import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

interface PageHeadProps {
  readonly title: string;
  /** Of the browser's tab, where it is another one. */
  readonly tab?: string;
  readonly children?: ComponentChildren;
}

/** The heading of a page, which has the focus when the page is gone to. */
export function PageHead({ title, tab = title, children }: PageHeadProps) {
  useEffect(() => {
    document.title = `${tab} · Runner Guard`;
  }, [tab]);
  return (
    <div class="page-head">
      <h1 tabIndex={-1}>{title}</h1>
      {children}
    </div>
  );
}
