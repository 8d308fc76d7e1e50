import type { IncidentView, PageOf } from "../../api/types.ts";
import { type Resource, useResource } from "../../api/use-resource.ts";
import { Severity, toRank } from "../../components/badge.tsx";
import { HostileText } from "../../components/hostile-text.tsx";
import { toJobText } from "../../components/job-name.tsx";
import { LoadedView } from "../../components/loaded-view.tsx";
import { Empty } from "../../components/notices.tsx";
import { Panel } from "../../components/panel.tsx";
import { Time } from "../../components/time.tsx";
import { countOf } from "../../format/number.ts";
import { findingsNews } from "../../live/changes.ts";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";

const SHOWN = 6;

export interface OpenIncidents {
  readonly newest: Resource<PageOf<IncidentView>>;
  /** The newest of all may leave out what is graver. */
  readonly graver: readonly Resource<PageOf<IncidentView>>[];
}

export function useOpenIncidents(): OpenIncidents {
  const pages = useOpen("&urgency=page");
  const critical = useOpen("&severity=critical");
  return { newest: useOpen(""), graver: [pages, critical] };
}

/** Incidents that nobody sees to: those that page first, and then the graver ones. */
export function NeedsSomebody({ newest, graver }: OpenIncidents) {
  return (
    <Panel title="Needs attention now">
      <LoadedView resource={newest}>
        {({ items, nextCursor }) => (
          <Incidents
            incidents={merge([...graver.map(listLoaded), items])}
            hasMore={nextCursor !== null}
          />
        )}
      </LoadedView>
    </Panel>
  );
}

function useOpen(filter: string): Resource<PageOf<IncidentView>> {
  return useResource(`/v1/incidents?state=open&limit=50${filter}`, findingsNews);
}

function listLoaded({ loaded }: Resource<PageOf<IncidentView>>): readonly IncidentView[] {
  return loaded.status === "ready" ? loaded.value.items : [];
}

function merge(lists: readonly (readonly IncidentView[])[]): readonly IncidentView[] {
  return [...new Map(lists.flat().map((incident) => [incident.id, incident])).values()];
}

interface IncidentsProps {
  readonly incidents: readonly IncidentView[];
  readonly hasMore: boolean;
}

function Incidents({ incidents, hasMore }: IncidentsProps) {
  const others = incidents.length - SHOWN;
  if (incidents.length === 0) {
    return <Empty heading="Nothing needs attention">No incident is open.</Empty>;
  }
  return (
    <>
      <ul class="needs">
        {incidents
          .toSorted(compare)
          .slice(0, SHOWN)
          .map((incident) => (
            <Incident key={incident.id} incident={incident} />
          ))}
      </ul>
      {others > 0 && (
        <p class="foot soft">
          <Link to={addresses.incidents}>{hasMore ? `More than ${others}` : others} others</Link>
        </p>
      )}
    </>
  );
}

function Incident({ incident }: { readonly incident: IncidentView }) {
  const { id, severity, message, rule, runs, findings, openedAt, urgency } = incident;
  return (
    <li>
      <span>
        <Severity severity={severity} />
      </span>
      <span class="what">
        <Link to={addresses.incident(id)}>
          <HostileText text={message} maxCharacters={240} />
        </Link>
        <span class="soft">
          <HostileText text={toJobText(incident)} maxCharacters={160} />
        </span>
        <span class="soft">
          <HostileText text={rule} maxCharacters={64} /> · {countOf(findings, "finding")} in{" "}
          {countOf(runs, "run")}
        </span>
      </span>
      <span class="when">
        <Time at={openedAt} as="ago" />
        <br />
        {urgency === "page" ? "paged" : "ticket"}
      </span>
    </li>
  );
}

function compare(one: IncidentView, other: IncidentView): number {
  const byUrgency = Number(other.urgency === "page") - Number(one.urgency === "page");
  const bySeverity = toRank(one.severity) - toRank(other.severity);
  return byUrgency || bySeverity || Date.parse(other.openedAt) - Date.parse(one.openedAt);
}
