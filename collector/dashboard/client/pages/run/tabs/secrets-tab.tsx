import type { GuardEventOf } from "../../../api/types.ts";
import { type Column, DataTable } from "../../../components/data-table.tsx";
import { HostileText } from "../../../components/hostile-text.tsx";
import { Time } from "../../../components/time.tsx";
import { toShort } from "../../../format/number.ts";
import type { Tally } from "../../../run-model/tallies.ts";
import type { TabProps } from "../run-tab.tsx";

type Row = Tally<GuardEventOf<"secret-found">>;

const COLUMNS: readonly Column<Row>[] = [
  { name: "What", show: ({ event }) => <HostileText text={event.rule} maxCharacters={60} /> },
  {
    name: "Fingerprint",
    show: ({ event }) => <HostileText text={event.fingerprint} maxCharacters={64} />,
  },
  {
    name: "Where",
    show: ({ event: { where, line } }) => (
      <>
        <HostileText text={where} maxCharacters={120} />
        {line !== undefined && <span class="soft">, line {line}</span>}
      </>
    ),
  },
  {
    name: "Encoded",
    show: ({ event }) => (
      <HostileText
        text={event.encodings.length === 0 ? "plain" : event.encodings.join(", ")}
        maxCharacters={120}
        class="prose"
      />
    ),
  },
  { name: "Confidence", show: ({ event }) => event.confidence },
  {
    name: "From",
    show: ({ event }) => <HostileText text={event.source ?? ""} maxCharacters={60} />,
  },
  { name: "Step", show: ({ event }) => <HostileText text={event.step?.step ?? ""} /> },
  { name: "Count", isNumber: true, show: ({ count }) => toShort(count) },
  { name: "First", show: ({ event }) => <Time at={event.firstSeen} as="clock" /> },
];

/** Values are nowhere: the same fingerprint is the same secret. */
export function SecretsTab({ followed: { model } }: TabProps) {
  return (
    <DataTable
      caption="Secrets that were found and masked"
      rows={[...model.secrets.rows.values()]}
      columns={COLUMNS}
      keyOf={({ key }) => key}
      none="No secret was found"
    />
  );
}
