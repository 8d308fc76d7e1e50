import type { IncidentView, PageOf } from "../../api/types.ts";
import { useResource } from "../../api/use-resource.ts";
import { Badge, Severity } from "../../components/badge.tsx";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { FilterBar } from "../../components/filter-bar.tsx";
import { HostileText } from "../../components/hostile-text.tsx";
import { JobName } from "../../components/job-name.tsx";
import { LoadedView } from "../../components/loaded-view.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Pager } from "../../components/pager.tsx";
import { Time } from "../../components/time.tsx";
import { toShort } from "../../format/number.ts";
import { findingsNews } from "../../live/changes.ts";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";
import { place } from "../../navigation/place.ts";

const PAGE_SIZE = "50";
const FILTERS = [
  {
    name: "state",
    label: "State",
    kind: "choice",
    choices: ["open", "acknowledged", "resolved"],
  },
  {
    name: "severity",
    label: "Severity",
    kind: "choice",
    choices: ["critical", "high", "medium", "low", "info"],
  },
  { name: "urgency", label: "Urgency", kind: "choice", choices: ["page", "ticket"] },
  { name: "repository", label: "Repository", kind: "text", hint: "acme/app" },
  { name: "rule", label: "Rule", kind: "text", hint: "new-destination" },
] as const;

const COLUMNS: readonly Column<IncidentView>[] = [
  { name: "Severity", show: ({ severity }) => <Severity severity={severity} /> },
  {
    name: "What",
    show: ({ id, message }) => (
      <Link to={addresses.incident(id)} class="row-link">
        <HostileText text={message} maxCharacters={200} class="prose" />
      </Link>
    ),
  },
  { name: "Job", show: (incident) => <JobName job={incident} /> },
  { name: "Rule", show: ({ rule }) => <HostileText text={rule} maxCharacters={60} /> },
  {
    name: "State",
    show: ({ state, acknowledged }) => (
      <>
        <Badge tone={state === "open" ? "high" : "plain"}>{state}</Badge>
        {acknowledged !== null && (
          <HostileText text={acknowledged.owner} maxCharacters={40} class="prose soft" />
        )}
      </>
    ),
  },
  { name: "Urgency", show: ({ urgency }) => (urgency === "page" ? "paged" : "ticket") },
  { name: "Findings", isNumber: true, show: ({ findings }) => toShort(findings) },
  { name: "Runs", isNumber: true, show: ({ runs }) => toShort(runs) },
  { name: "Opened", show: ({ openedAt }) => <Time at={openedAt} /> },
];

/** Findings of one job, rule and cause are one: what people are told of. */
export function IncidentsPage() {
  const { query } = place.value;
  const asked = new URLSearchParams(query);
  asked.set("limit", PAGE_SIZE);
  const isFirst = !query.has("cursor");
  const incidents = useResource<PageOf<IncidentView>>(
    `/v1/incidents?${asked}`,
    isFirst ? findingsNews : undefined,
  );
  return (
    <>
      <PageHead title="Incidents" />
      <FilterBar filters={FILTERS} />
      <LoadedView resource={incidents}>
        {({ items, nextCursor }) => (
          <>
            <DataTable
              caption="Incidents"
              rows={items}
              columns={COLUMNS}
              keyOf={({ id }) => id}
              none="No incidents"
            />
            <Pager nextCursor={nextCursor} isFirst={isFirst} />
          </>
        )}
      </LoadedView>
    </>
  );
}
