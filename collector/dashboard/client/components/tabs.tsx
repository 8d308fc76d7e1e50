import { useEffect, useRef } from "preact/hooks";

import { toShort } from "../format/number.ts";
import { Link } from "../navigation/link.tsx";
import { withQuery } from "../navigation/place.ts";

export interface Tab {
  readonly id: string;
  readonly name: string;
  readonly count?: number;
}

interface TabsProps {
  readonly tabs: readonly Tab[];
  readonly current: string;
  readonly label: string;
}

/** Of the tab before the current one, so that it is seen that there is one: in pixels. */
const SEEN_BEFORE = 40;

/** Parts of a page, each with an address of its own; the first one has the page's. */
export function Tabs({ tabs, current, label }: TabsProps) {
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    const shown = nav.current?.querySelector<HTMLElement>("[aria-current]");
    if (nav.current === null || shown === null || shown === undefined) return;
    nav.current.scrollLeft = shown.offsetLeft - nav.current.offsetLeft - SEEN_BEFORE;
  }, [current]);
  return (
    <nav class="tabs" aria-label={label} ref={nav}>
      {tabs.map(({ id, name, count }, index) => (
        <Link
          key={id}
          to={withQuery({
            tab: index === 0 ? undefined : id,
            search: undefined,
            cursor: undefined,
          })}
          {...(id === current && { "aria-current": "page" as const })}
        >
          {name}
          {count !== undefined && <span class="count">{toShort(count)}</span>}
        </Link>
      ))}
    </nav>
  );
}
