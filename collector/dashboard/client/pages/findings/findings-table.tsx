import type { FindingView } from "../../api/types.ts";
import { Badge, Severity, type Tone } from "../../components/badge.tsx";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { HostileText } from "../../components/hostile-text.tsx";
import { Time } from "../../components/time.tsx";
import { toShort } from "../../format/number.ts";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";

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
      columns={isOfRun ? COLUMNS : [...COLUMNS, RUN]}
      keyOf={({ id }) => id}
      none="No findings"
    />
  );
}

const RUN: Column<FindingView> = {
  name: "Run",
  show: ({ runId }) => (
    <Link to={addresses.run(runId)}>
      <code>{runId.slice(0, 8)}</code>
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
    show: ({ response }) => (
      <HostileText
        text={response === "report" ? "reported" : response}
        maxCharacters={40}
        class="prose"
      />
    ),
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
