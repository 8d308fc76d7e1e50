import { useMemo } from "preact/hooks";

import { toVisibleText } from "../../../../../visible-text.ts";
import type { GuardEventOf } from "../../../api/types.ts";
import { Badge } from "../../../components/badge.tsx";
import { type Column, DataTable } from "../../../components/data-table.tsx";
import { FilterBar } from "../../../components/filter-bar.tsx";
import { HostileText } from "../../../components/hostile-text.tsx";
import { Time } from "../../../components/time.tsx";
import { toShort } from "../../../format/number.ts";
import { place } from "../../../navigation/place.ts";
import { toProgram } from "../../../run-model/run-model.ts";
import type { Tally } from "../../../run-model/tallies.ts";
import type { TabProps } from "../run-tab.tsx";
import { toTone } from "./destinations-tab.tsx";

type Row = Tally<GuardEventOf<"dns-query">>;

const FILTERS = [{ name: "search", label: "Search", kind: "text", hint: "name, answer" }] as const;

export function NamesTab({ followed: { model }, version }: TabProps) {
  const search = (place.value.query.get("search") ?? "").toLowerCase();
  const rows = useMemo(
    () =>
      [...model.names.rows.values()]
        .filter(({ event: { name, answers } }) =>
          [name, ...answers].some((text) => text.toLowerCase().includes(search)),
        )
        .toSorted(compare),
    [model, version, search],
  );
  const columns: readonly Column<Row>[] = [
    {
      name: "Name",
      show: ({ event }) => <HostileText text={event.name} maxCharacters={160} />,
    },
    { name: "Type", show: ({ event }) => <HostileText text={event.type} maxCharacters={12} /> },
    {
      name: "Verdict",
      show: ({ event: { verdict, rule } }) => (
        <Badge tone={toTone(verdict)} title={`by ${toVisibleText(rule ?? "policy", 200)}`}>
          {verdict}
        </Badge>
      ),
    },
    {
      name: "Answer",
      show: ({ event: { answers, failure } }) => (
        <span class="soft">
          <HostileText text={failure ?? answers.slice(0, 3).join(", ")} maxCharacters={120} />
        </span>
      ),
    },
    {
      name: "First asked by",
      show: ({ event }) => (
        <HostileText text={toProgram(model.processes.get(event.process ?? ""))} />
      ),
    },
    { name: "Count", isNumber: true, show: ({ count }) => toShort(count) },
    { name: "First", show: ({ event }) => <Time at={event.firstSeen} as="clock" /> },
  ];
  return (
    <>
      <FilterBar filters={FILTERS} />
      <DataTable
        caption="Names that were asked for"
        rows={rows}
        columns={columns}
        keyOf={({ key }) => key}
        none="No name was asked for"
      />
    </>
  );
}

function compare(one: Row, other: Row): number {
  const byVerdict =
    Number(one.event.verdict === "allowed") - Number(other.event.verdict === "allowed");
  return byVerdict || other.count - one.count;
}
