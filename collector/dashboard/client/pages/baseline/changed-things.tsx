import type { BaselineChangeView } from "../../api/types.ts";
import { HostileText } from "../../components/hostile-text.tsx";
import { toWhole } from "../../format/number.ts";

type Things = BaselineChangeView["added"];
type Thing = Things["named"][number];

interface ChangedThingsProps {
  readonly added: Things;
  readonly forgotten: Things;
}

/** In the order of the counts. */
const NAMES = {
  destination: ["destination", "destinations"],
  signal: ["usual finding", "usual findings"],
  process: ["process", "processes"],
  host: ["host", "hosts"],
  file: ["place of files", "places of files"],
} as const;
const KINDS = ["destination", "signal", "process", "host", "file"] as const;
/** As many are read at a glance; more are named when somebody asks. */
const SHOWN_AT_ONCE = 8;

export function ChangedThings({ added, forgotten }: ChangedThingsProps) {
  const summary = [...countAll(added, "+"), ...countAll(forgotten, "−")].join(", ");
  if (summary === "") return null;
  const named = added.named.length + forgotten.named.length;
  if (named === 0) return <p class="figures">{summary}</p>;
  return (
    <details open={named <= SHOWN_AT_ONCE}>
      <summary class="figures">{summary}</summary>
      <ul class="diff">
        <Named things={added} change="added" said="new" />
        <Named things={forgotten} change="removed" said="forgotten" />
      </ul>
    </details>
  );
}

function countAll({ counts }: Things, sign: string): readonly string[] {
  return KINDS.flatMap((kind) => {
    const count = counts[kind];
    const [one, many] = NAMES[kind];
    return count === 0 ? [] : [`${sign}\u00a0${toWhole(count)} ${count === 1 ? one : many}`];
  });
}

interface NamedProps {
  readonly things: Things;
  readonly change: "added" | "removed";
  readonly said: string;
}

function Named({ things, change, said }: NamedProps) {
  const { named, counts } = things;
  const more = KINDS.reduce((sum, kind) => sum + counts[kind], 0) - named.length;
  return (
    <>
      {named.map((thing, index) => (
        <li key={index} class={change}>
          <span class="unseen">{said}: </span>
          <Name thing={thing} />
        </li>
      ))}
      {more > 0 && (
        <li class={change}>
          <span class="unseen">{said}: </span>
          {named.length > 0 && "and "}
          {toWhole(more)} {named.length > 0 && "more "}that are not named
        </li>
      )}
    </>
  );
}

function Name({ thing }: { readonly thing: Thing }) {
  switch (thing.kind) {
    case "destination":
      return <Destination thing={thing} />;
    case "process":
      return (
        <>
          <HostileText text={thing.program} /> <span class="soft">started by</span>{" "}
          <HostileText text={thing.parent} />
        </>
      );
    case "host":
      return <HostileText text={thing.host} />;
    case "file":
      return <HostileText text={thing.place} />;
    case "signal":
  }
  return <HostileText text={thing.signal} />;
}

function Destination({ thing }: { readonly thing: Extract<Thing, { kind: "destination" }> }) {
  const { hosts, moreHosts, port, transport, program } = thing;
  return (
    <>
      <HostileText text={hosts.join(", ")} />{" "}
      <span class="soft">
        {moreHosts > 0 && `and ${toWhole(moreHosts)} more, `}
        {toWay(port, transport)}
        {program !== "" && ", by"}
      </span>{" "}
      <HostileText text={program} />
    </>
  );
}

function toWay(port: number, transport: string): string {
  if (transport === "dns") return "asked for alone";
  return port === 0 ? `any port, ${transport}` : `port ${port}, ${transport}`;
}
