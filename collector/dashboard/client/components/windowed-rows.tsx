import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

interface WindowedRowsProps<Row> {
  readonly rows: readonly Row[];
  readonly rowHeight: number;
  readonly label: string;
  /** Of a list whose rows are chosen by keys. */
  readonly role?: "tree" | "list";
  readonly activeId?: string | undefined;
  /** That is to be in sight. */
  readonly activeIndex?: number;
  readonly onKey?: (event: KeyboardEvent) => void;
  readonly children: (row: Row, index: number) => ComponentChildren;
}

/** Above and below what is seen, so that nothing is empty while somebody scrolls. */
const MARGIN = 12;
const MAX_HEIGHT = 620;

/** A long list, of which only the rows in sight are there. */
export function WindowedRows<Row>({
  rows,
  rowHeight,
  label,
  role = "list",
  activeId,
  activeIndex,
  onKey,
  children,
}: WindowedRowsProps<Row>) {
  const top = useSignal(0);
  const frame = useRef<HTMLDivElement>(null);
  const inner = useRef<HTMLDivElement>(null);
  const seen = Math.ceil(MAX_HEIGHT / rowHeight);
  const first = Math.max(0, Math.floor(top.value / rowHeight) - MARGIN);
  const last = Math.min(rows.length, first + seen + 2 * MARGIN);
  useEffect(() => {
    if (inner.current === null || frame.current === null) return;
    inner.current.style.paddingTop = `${first * rowHeight}px`;
    inner.current.style.height = `${rows.length * rowHeight}px`;
    frame.current.style.maxHeight = `${MAX_HEIGHT}px`;
  }, [first, rows.length, rowHeight]);
  useEffect(() => {
    const { current } = frame;
    if (current === null || activeIndex === undefined || activeIndex < 0) return;
    const y = activeIndex * rowHeight;
    if (y < current.scrollTop) current.scrollTop = y;
    else if (y + rowHeight > current.scrollTop + current.clientHeight)
      current.scrollTop = y + rowHeight - current.clientHeight;
  }, [activeIndex, rows]);
  return (
    <div
      class="windowed"
      ref={frame}
      role={role}
      aria-label={label}
      tabIndex={0}
      {...(activeId !== undefined && { "aria-activedescendant": activeId })}
      {...(onKey !== undefined && { onKeyDown: onKey })}
      onScroll={(event) => {
        top.value = event.currentTarget.scrollTop;
      }}
    >
      <div ref={inner} role="presentation">
        {rows.slice(first, last).map((row, index) => children(row, first + index))}
      </div>
    </div>
  );
}
