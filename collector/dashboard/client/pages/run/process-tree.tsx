import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";

import { toVisibleText } from "../../../../visible-text.ts";
import { Badge } from "../../components/badge.tsx";
import { HostileText } from "../../components/hostile-text.tsx";
import { Empty } from "../../components/notices.tsx";
import { WindowedRows } from "../../components/windowed-rows.tsx";
import { countOf } from "../../format/number.ts";
import { toLength } from "../../format/time.ts";
import { type RunModel, toProgram } from "../../run-model/run-model.ts";
import { listRows, listUp, type Matches, MAX_DEPTH, type TreeRow } from "./tree-rows.ts";

interface ProcessTreeProps {
  readonly model: RunModel;
  readonly version: number;
  readonly matches: Matches | undefined;
  readonly selected: string | undefined;
  readonly onSelect: (id: string) => void;
}

const ROW_HEIGHT = 28;
const INDENT = 18;
/** What most look for is not far below. */
const OPEN_TO = 2;

export function ProcessTree({ model, version, matches, selected, onSelect }: ProcessTreeProps) {
  /** Those that somebody has folded or unfolded. */
  const folded = useSignal<ReadonlyMap<string, boolean>>(new Map());
  useEffect(() => {
    const process = model.processes.get(selected ?? "");
    if (process === undefined) return;
    const [, ...above] = listUp(process, model.processes);
    folded.value = new Map([...folded.value, ...above.map((id) => [id, true] as const)]);
  }, [selected, model]);
  const rows = useMemo(
    () =>
      listRows(model.roots, {
        matches,
        isOpen: ({ id }, depth) => folded.value.get(id) ?? depth < OPEN_TO,
      }),
    [model, version, matches, folded.value],
  );
  const activeIndex = rows.findIndex(({ process }) => process.id === selected);
  const fold = (id: string, isOpen: boolean): void => {
    folded.value = new Map([...folded.value, [id, isOpen]]);
  };
  const goTo = (index: number): void => {
    const row = rows[Math.max(0, Math.min(index, rows.length - 1))];
    if (row !== undefined) onSelect(row.process.id);
  };
  const onKey = (event: KeyboardEvent): void => {
    const row = rows[activeIndex];
    switch (event.key) {
      case "ArrowDown":
        goTo(activeIndex + 1);
        break;
      case "ArrowUp":
        goTo(activeIndex - 1);
        break;
      case "Home":
        goTo(0);
        break;
      case "End":
        goTo(rows.length - 1);
        break;
      case "ArrowRight":
        if (row === undefined) return;
        if (row.isOpen) goTo(activeIndex + 1);
        else fold(row.process.id, true);
        break;
      case "ArrowLeft":
        if (row === undefined) return;
        if (row.isOpen) fold(row.process.id, false);
        else if (row.process.parentId !== null) onSelect(row.process.parentId);
        break;
      default:
        return;
    }
    event.preventDefault();
  };
  if (rows.length === 0) return <Empty heading="No process is as that asks" />;
  return (
    <WindowedRows
      rows={rows}
      rowHeight={ROW_HEIGHT}
      role="tree"
      label={`Processes, ${rows.length} in sight`}
      activeId={activeIndex === -1 ? undefined : `process-${selected}`}
      activeIndex={activeIndex}
      onKey={onKey}
    >
      {(row) => (
        <Row
          key={row.process.id}
          row={row}
          isSelected={row.process.id === selected}
          isMatch={matches?.found.has(row.process.id) === true}
          onFold={() => fold(row.process.id, !row.isOpen)}
          onSelect={() => onSelect(row.process.id)}
        />
      )}
    </WindowedRows>
  );
}

interface RowProps {
  readonly row: TreeRow;
  readonly isSelected: boolean;
  readonly isMatch: boolean;
  readonly onFold: () => void;
  readonly onSelect: () => void;
}

function Row({ row, isSelected, isMatch, onFold, onSelect }: RowProps) {
  const { process, depth, isOpen } = row;
  const { children, args, endedAt, startedAt, exitCode, signal, findings, denied } = process;
  const hasChildren = children.length > 0;
  return (
    <div
      id={`process-${process.id}`}
      class={`tree-row ${isMatch ? "match" : ""}`}
      role="treeitem"
      aria-level={depth + 1}
      aria-selected={isSelected}
      {...(hasChildren && { "aria-expanded": isOpen })}
      onClick={onSelect}
    >
      <span class="indent" style={{ width: `${Math.min(depth, MAX_DEPTH) * INDENT}px` }} />
      <span
        class="fold"
        aria-hidden="true"
        onClick={(event) => {
          event.stopPropagation();
          if (hasChildren) onFold();
        }}
      >
        {hasChildren ? (isOpen ? "▾" : "▸") : ""}
      </span>
      <HostileText text={toProgram(process)} maxCharacters={40} class="program" />
      <HostileText text={args.slice(1).join(" ")} maxCharacters={240} class="soft" />
      <span class="end">
        {findings > 0 && <Badge tone="critical">{countOf(findings, "finding")}</Badge>}
        {denied > 0 && <Badge tone="high">{denied} denied</Badge>}
        {endedAt !== undefined && exitCode !== 0 && (
          <Badge tone="medium">
            {signal === null ? `exit ${exitCode ?? "unknown"}` : toVisibleText(signal, 20)}
          </Badge>
        )}
        <span>{process.pid}</span>
        <span>{endedAt === undefined ? "–" : toLength(endedAt - startedAt)}</span>
      </span>
    </div>
  );
}
