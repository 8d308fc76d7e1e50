import { useMemo } from "preact/hooks";

import type { GuardEventOf } from "../../../api/types.ts";
import { type Column, DataTable } from "../../../components/data-table.tsx";
import { FilterBar } from "../../../components/filter-bar.tsx";
import { HostileText } from "../../../components/hostile-text.tsx";
import { Time } from "../../../components/time.tsx";
import { toShort } from "../../../format/number.ts";
import { place } from "../../../navigation/place.ts";
import { toProgram } from "../../../run-model/run-model.ts";
import type { Tally } from "../../../run-model/tallies.ts";
import type { TabProps } from "../run-tab.tsx";

type Row = Tally<GuardEventOf<"file-written"> | GuardEventOf<"file-read">>;

const FILTERS = [
  { name: "search", label: "Search", kind: "text", hint: "path" },
  {
    name: "operation",
    label: "What",
    kind: "choice",
    choices: ["read", "create", "write", "rename", "delete", "chmod"],
  },
] as const;

export function FilesTab({ followed: { model }, version }: TabProps) {
  const { query } = place.value;
  const search = (query.get("search") ?? "").toLowerCase();
  const operation = query.get("operation");
  const rows = useMemo(
    () =>
      [...model.files.rows.values()].filter(
        (row) =>
          row.event.path.toLowerCase().includes(search) &&
          (operation === null || toOperation(row) === operation),
      ),
    [model, version, search, operation],
  );
  const columns: readonly Column<Row>[] = [
    { name: "Path", show: ({ event }) => <HostileText text={event.path} maxCharacters={240} /> },
    { name: "What", show: toOperation },
    {
      name: "First by",
      show: ({ event }) => (
        <HostileText text={toProgram(model.processes.get(event.process ?? ""))} />
      ),
    },
    {
      name: "Step",
      show: ({ event }) => (
        <HostileText text={model.processes.get(event.process ?? "")?.step ?? ""} />
      ),
    },
    { name: "Count", isNumber: true, show: ({ count }) => toShort(count) },
    { name: "First", show: ({ event }) => <Time at={event.firstSeen} as="clock" /> },
  ];
  return (
    <>
      <FilterBar filters={FILTERS} />
      <DataTable
        caption="Files"
        rows={rows}
        columns={columns}
        keyOf={({ key }) => key}
        none="No file was written, and none of those on the watch list read"
      />
    </>
  );
}

function toOperation({ event }: Row): string {
  return event.kind === "file-read" ? "read" : event.operation;
}
