import type { FindingView } from "../../api/types.ts";
import { Badge, Severity, type Tone } from "../../components/badge.tsx";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { HostileText } from "../../components/hostile-text.tsx";
import { JobName } from "../../components/job-name.tsx";
import { Time } from "../../components/time.tsx";
import { toShort } from "../../format/number.ts";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";
import { Done } from "../run/run-summary.tsx";

interface FindingsTableProps {
  readonly findings: readonly FindingView[];
  readonly caption: string;
  readonly isOfRun?: boolean;
}

const STATE_TONES: ReadonlyMap<string, Tone> = new Map([["open", "high"]]);

export function FindingsTable({ findings, caption, isOfRun = false }: FindingsTableProps) {
  return (
    <DataTable
      caption={caption}
      rows={findings}
      columns={isOfRun ? COLUMNS : [...COLUMNS, JOB]}
      keyOf={({ id }) => id}
      none="No findings"
    />
  );
}

const JOB: Column<FindingView> = {
  name: "Job",
  show: ({ runId, job }) => (
    <Link to={addresses.run(runId)} class="row-link">
      {job === null ? <code>{runId.slice(0, 8)}</code> : <JobName job={job} />}
    </Link>
  ),
};

const COLUMNS: readonly Column<FindingView>[] = [
  { name: "Severity", show: ({ severity }) => <Severity severity={severity} /> },
  {
    name: "What",
    show: ({ id, message }) => (
      <Link to={addresses.finding(id)} class="row-link">
        <HostileText text={message} maxCharacters={200} class="prose" />
      </Link>
    ),
  },
  { name: "Rule", show: ({ rule }) => <HostileText text={rule} maxCharacters={60} /> },
  {
    name: "Done",
    show: ({ response }) => <Done response={response} />,
  },
  { name: "State", show: (finding) => <FindingState finding={finding} /> },
  { name: "Count", isNumber: true, show: ({ count }) => toShort(count) },
  { name: "First", show: ({ firstSeen }) => <Time at={firstSeen} /> },
];

export function FindingState({ finding }: { readonly finding: FindingView }) {
  const { state, resolvedAt } = finding;
  if (resolvedAt !== null) return <Badge tone="good">over by itself</Badge>;
  return <Badge tone={STATE_TONES.get(state) ?? "plain"}>{state}</Badge>;
}
