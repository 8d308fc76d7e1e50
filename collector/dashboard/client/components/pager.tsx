import { Link } from "../navigation/link.tsx";
import { withQuery } from "../navigation/place.ts";

interface PagerProps {
  readonly nextCursor: string | null;
  readonly isFirst: boolean;
}

/** Pages of a list: where it goes on is part of the address. */
export function Pager({ nextCursor, isFirst }: PagerProps) {
  if (nextCursor === null && isFirst) return null;
  return (
    <nav class="pager" aria-label="Pages of the list">
      {!isFirst && (
        <Link to={withQuery({ cursor: undefined })} class="button">
          First page
        </Link>
      )}
      {nextCursor !== null && (
        <Link to={withQuery({ cursor: nextCursor })} class="button">
          Next page
        </Link>
      )}
    </nav>
  );
}
