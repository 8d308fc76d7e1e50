import { useMemo } from "preact/hooks";

import { toVisibleText } from "../../../../../visible-text.ts";
import type { BaselineView, ListedBaselineView, PageOf } from "../../../api/types.ts";
import { useResource } from "../../../api/use-resource.ts";
import { Badge } from "../../../components/badge.tsx";
import { type Column, DataTable } from "../../../components/data-table.tsx";
import { FilterBar } from "../../../components/filter-bar.tsx";
import { HostileText } from "../../../components/hostile-text.tsx";
import { Loading } from "../../../components/loaded-view.tsx";
import { Time } from "../../../components/time.tsx";
import { toBytes, toShort } from "../../../format/number.ts";
import { place } from "../../../navigation/place.ts";
import type { Destination } from "../../../run-model/destinations.ts";
import { findJob, type Known, toKnown } from "../known-destinations.ts";
import type { TabProps } from "../run-tab.tsx";

const FILTERS = [
  { name: "search", label: "Search", kind: "text", hint: "name, address, program, step" },
  {
    name: "verdict",
    label: "Verdict",
    kind: "choice",
    choices: ["allowed", "blocked", "would-block"],
  },
] as const;

export function DestinationsTab(props: TabProps) {
  const { repository } = props.run.ci ?? {};
  if (repository === undefined) return <DestinationsTable {...props} known={undefined} />;
  return <OfRepository {...props} repository={repository} />;
}

/** New or known is said by the job's baseline, where there is one that judges. */
function OfRepository({ repository, ...props }: TabProps & { readonly repository: string }) {
  const { loaded } = useResource<PageOf<ListedBaselineView>>(
    `/v1/baselines?limit=1000&repository=${encodeURIComponent(repository)}`,
  );
  if (loaded.status === "loading") return <Loading />;
  const found = loaded.status === "ready" ? findJob(loaded.value.items, props.run.ci) : undefined;
  if (found === undefined || found.state === "learning") {
    return <DestinationsTable {...props} known={undefined} />;
  }
  return <OfBaseline {...props} id={found.id} />;
}

function OfBaseline({ id, ...props }: TabProps & { readonly id: string }) {
  const { loaded } = useResource<BaselineView>(`/v1/baselines/${encodeURIComponent(id)}`);
  if (loaded.status === "loading") return <Loading />;
  const known = loaded.status === "ready" ? toKnown(loaded.value) : undefined;
  return <DestinationsTable {...props} known={known} />;
}

interface TableProps extends TabProps {
  readonly known: Known | undefined;
}

function DestinationsTable({ followed, version, known }: TableProps) {
  const { query } = place.value;
  const search = (query.get("search") ?? "").toLowerCase();
  const verdict = query.get("verdict");
  const rows = useMemo(() => {
    const all = [...followed.model.destinations.rows.values()];
    return all
      .filter(
        (row) =>
          (verdict === null || row.verdict === verdict) && (search === "" || holds(row, search)),
      )
      .toSorted(compare);
  }, [followed, version, search, verdict]);
  return (
    <>
      <FilterBar filters={FILTERS} />
      <DataTable
        caption="Destinations"
        rows={rows}
        columns={known === undefined ? COLUMNS : [...COLUMNS, toKnownColumn(known)]}
        keyOf={({ key }) => key}
        none="No connection"
      />
    </>
  );
}

const COLUMNS: readonly Column<Destination>[] = [
  {
    name: "Destination",
    show: ({ name, port }) => (
      <HostileText text={port === undefined ? name : `${name}:${port}`} maxCharacters={160} />
    ),
  },
  {
    name: "Address",
    show: ({ addresses, name }) => {
      const others = [...addresses].filter((address) => address !== name);
      return (
        <span class="soft">
          <HostileText text={others.slice(0, 2).join(", ")} />
          {others.length > 2 && ` and ${others.length - 2} more`}
        </span>
      );
    },
  },
  { name: "Protocol", show: ({ transport }) => transport },
  { name: "Program", show: ({ program }) => <HostileText text={program} maxCharacters={60} /> },
  { name: "Step", show: ({ step }) => <HostileText text={step} maxCharacters={60} /> },
  {
    name: "Verdict",
    show: ({ verdict, rule }) => (
      <Badge tone={toTone(verdict)} title={`by ${toVisibleText(rule, 200)}`}>
        {verdict}
      </Badge>
    ),
  },
  { name: "Count", isNumber: true, show: ({ count }) => toShort(count) },
  { name: "Sent", isNumber: true, show: ({ bytesSent }) => toBytes(bytesSent) },
  { name: "Received", isNumber: true, show: ({ bytesReceived }) => toBytes(bytesReceived) },
  { name: "First", show: ({ firstSeen }) => <Time at={firstSeen} as="clock" /> },
];

function toKnownColumn(known: Known): Column<Destination> {
  return {
    name: "For this job",
    show: (row) => (known(row) ? <span class="soft">known</span> : <Badge tone="high">new</Badge>),
  };
}

export function toTone(verdict: string) {
  if (verdict === "blocked") return "critical";
  return verdict === "would-block" ? "medium" : "plain";
}

function holds({ name, program, step, addresses }: Destination, search: string): boolean {
  return [name, program, step, ...addresses].some((text) => text.toLowerCase().includes(search));
}

/** What was denied first, and then what was used most. */
function compare(one: Destination, other: Destination): number {
  const byVerdict = Number(one.verdict === "allowed") - Number(other.verdict === "allowed");
  return byVerdict || other.count - one.count;
}
