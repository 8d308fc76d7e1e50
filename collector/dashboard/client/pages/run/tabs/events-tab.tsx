import { useMemo } from "preact/hooks";

import { toVisibleText } from "../../../../../visible-text.ts";
import { FilterBar } from "../../../components/filter-bar.tsx";
import { HostileText } from "../../../components/hostile-text.tsx";
import { Empty } from "../../../components/notices.tsx";
import { Panel } from "../../../components/panel.tsx";
import { Time } from "../../../components/time.tsx";
import { WindowedRows } from "../../../components/windowed-rows.tsx";
import { toWhole } from "../../../format/number.ts";
import { goTo, place, withQuery } from "../../../navigation/place.ts";
import type { TabProps } from "../run-tab.tsx";

const KINDS = [
  "guard-started",
  "guard-stopped",
  "heartbeat",
  "events-dropped",
  "process-started",
  "process-exited",
  "connection",
  "dns-query",
  "file-written",
  "file-read",
  "memory-access",
  "privileged-operation",
  "finding",
  "secret-found",
  "resource-sample",
  "posture",
];
const FILTERS = [
  { name: "search", label: "Search", kind: "text", hint: "anywhere in an event" },
  { name: "kind", label: "Kind", kind: "choice", choices: KINDS },
  { name: "process", label: "Process", kind: "text", hint: "948-5f2" },
] as const;
const ROW_HEIGHT = 28;
const SHOWN_CHARACTERS = 400;
/** Of one event that is opened. */
const MAX_SHOWN = 100_000;

/** As the guard sent them. */
export function EventsTab({ followed: { model }, version }: TabProps) {
  const { query } = place.value;
  const opened = query.get("event");
  const [search, kind, process] = ["search", "kind", "process"].map((name) => query.get(name));
  const rows = useMemo(() => {
    const wanted = [
      ...(kind ? [`"kind":${JSON.stringify(kind)}`] : []),
      ...(process ? [JSON.stringify(process)] : []),
    ];
    const text = (search ?? "").toLowerCase();
    return model.lines.filter(
      (line) =>
        wanted.every((part) => line.includes(part)) &&
        (text === "" || line.toLowerCase().includes(text)),
    );
  }, [model, version, search, kind, process]);
  const line = opened === null ? undefined : rows.find((one) => toSeq(one) === opened);
  return (
    <>
      <FilterBar filters={FILTERS} />
      <p class="soft" role="status">
        {toWhole(rows.length)} of {toWhole(model.lines.length)} events
      </p>
      {rows.length === 0 ? (
        <Empty heading="No event is as that asks" />
      ) : (
        <div class="columns">
          <div class={line === undefined ? "whole" : "wide"}>
            <WindowedRows rows={rows} rowHeight={ROW_HEIGHT} label="Events">
              {(one) => <EventRow key={toSeq(one)} line={one} isOpen={toSeq(one) === opened} />}
            </WindowedRows>
          </div>
          {line !== undefined && (
            <Panel title={`Event ${toSeq(line)}`} class="narrow">
              <pre class="text" tabIndex={0} aria-label="The event as JSON">
                {toPretty(line)}
              </pre>
            </Panel>
          )}
        </div>
      )}
    </>
  );
}

interface EventRowProps {
  readonly line: string;
  readonly isOpen: boolean;
}

function EventRow({ line, isOpen }: EventRowProps) {
  const seq = toSeq(line);
  const at = /"observedAt":"([^"]{1,40})"/.exec(line)?.[1] ?? "";
  const open = (): void => goTo(withQuery({ event: isOpen ? undefined : seq }), { replace: true });
  return (
    <div class={`event-row ${isOpen ? "open" : ""}`} role="listitem" onClick={open}>
      <button type="button" class="quiet seq" aria-expanded={isOpen} aria-label={`Event ${seq}`}>
        {seq}
      </button>
      <Time at={at} as="clock" />
      <span class="kind">{/"kind":"([a-z-]{1,32})"/.exec(line)?.[1] ?? "unknown"}</span>
      <HostileText text={toBrief(line)} maxCharacters={SHOWN_CHARACTERS} class="soft" />
    </div>
  );
}

function toSeq(line: string): string {
  return /"seq":(\d{1,15})/.exec(line)?.[1] ?? "?";
}

/** Without what the row says already. */
function toBrief(line: string): string {
  return line
    .slice(0, 2 * SHOWN_CHARACTERS)
    .replace(/^\{"seq":\d+,"observedAt":"[^"]+","kind":"[a-z-]+",?/, "")
    .replace(/\}$/, "");
}

function toPretty(line: string): string {
  try {
    return toSeenLines(JSON.stringify(JSON.parse(line), undefined, 2));
  } catch {
    return toVisibleText(line, MAX_SHOWN);
  }
}

/** Line ends are its own: those within texts are escaped. */
function toSeenLines(text: string): string {
  return text
    .slice(0, MAX_SHOWN)
    .split("\n")
    .map((line) => toVisibleText(line, MAX_SHOWN))
    .join("\n");
}
