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

/** Parts of a page, each with an address of its own; the first one has the page's. */
export function Tabs({ tabs, current, label }: TabsProps) {
  return (
    <nav class="tabs" aria-label={label}>
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
