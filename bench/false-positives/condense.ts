import type { GuardEvent, GuardEventOf } from "../../protocol/index.ts";
import type { Recording } from "./recording.ts";

/** Of processes that are alike, and of files that one program writes in one folder: more tell nothing new. */
const MAX_ALIKE_PROCESSES = 6;
const MAX_ALIKE_FILES = 2;
const MAX_WORKSPACE_FILES = 12;
const MAX_FILES = 120;
const MAX_ARGS = 6;
const MAX_ARG_LENGTH = 100;

/** Where the build was. */
export interface Ground {
  readonly workspace: string;
  /** Folders of this machine, and what they are on a runner; the first that fits. */
  readonly folders: readonly (readonly [string, string])[];
}

export function condense(name: string, events: readonly GuardEvent[], ground: Ground): Recording {
  const names = createNames(ground);
  const numbers = new Map<string, number>();
  const toNumber = (id: string): number => {
    const number = numbers.get(id) ?? numbers.size;
    numbers.set(id, number);
    return number;
  };
  const begun = Date.parse(events[0]?.observedAt ?? "");
  const at = ({ observedAt }: GuardEvent): number => Date.parse(observedAt) - begun;
  const started = events.filter((event) => event.kind === "process-started");
  const kept = keepProcesses(started, names.hide);
  const connections = mergeConnections(events).filter(({ process }) => kept.has(process ?? ""));
  return {
    name,
    lastedMs: at(events.at(-1) ?? events[0] ?? raise("no events")),
    processes: started
      .filter((event) => kept.has(event.process))
      .map((event) => ({
        process: toNumber(event.process),
        parent: event.parent === null ? null : toNumber(event.parent),
        atMs: at(event),
        executed: event.executed,
        executable: names.hide(event.executable),
        args: event.args.slice(0, MAX_ARGS).map((arg) => names.hide(arg).slice(0, MAX_ARG_LENGTH)),
        ...(event.script !== undefined && { script: names.hide(event.script) }),
        folder: event.workingDirectory === null ? null : names.hide(event.workingDirectory),
      })),
    connections: connections.map((event) => ({
      process: toNumber(event.process ?? ""),
      atMs: at(event),
      transport: event.network.transport,
      to: names.hide(event.destination.domain ?? event.destination.path ?? "127.0.0.1"),
      ...(event.destination.port !== undefined && { port: event.destination.port }),
      count: event.count,
      bytesSent: event.bytesSent,
      bytesReceived: event.bytesReceived,
    })),
    files: keepFiles(events, names.hide)
      .filter(({ event: { process } }) => kept.has(process ?? ""))
      .map(({ event, path }) => ({
        process: toNumber(event.process ?? ""),
        atMs: at(event),
        operation: event.operation,
        path,
        count: event.count,
      })),
  };
}

/** Those that are like few before them, with all who started them. */
function keepProcesses(
  started: readonly GuardEventOf<"process-started">[],
  hide: (text: string) => string,
): ReadonlySet<string> {
  const byId = new Map<string, GuardEventOf<"process-started">>();
  for (const event of started) byId.set(event.process, event);
  const alike = new Map<string, number>();
  const kept = new Set<string>();
  for (const event of byId.values()) {
    const parent = byId.get(event.parent ?? "")?.executable ?? "";
    const what = [event.executable, event.script ?? "", event.executed, event.args[1]?.slice(0, 8)];
    const key = hide([parent, ...what].join(" ")).replace(/:\d+\}/g, "}");
    const count = (alike.get(key) ?? 0) + 1;
    alike.set(key, count);
    if (count > MAX_ALIKE_PROCESSES) continue;
    let ancestor: GuardEventOf<"process-started"> | undefined = event;
    while (ancestor !== undefined && !kept.has(ancestor.process)) {
      kept.add(ancestor.process);
      ancestor = byId.get(ancestor.parent ?? "");
    }
  }
  return kept;
}

/** News of a connection are told with a count of none, and more bytes. */
function mergeConnections(events: readonly GuardEvent[]): GuardEventOf<"connection">[] {
  const merged = new Map<string, GuardEventOf<"connection">>();
  for (const event of events) {
    if (event.kind !== "connection" || event.rule === "resolver") continue;
    const { process, network, destination } = event;
    const to = destination.domain ?? destination.path ?? destination.ip;
    const key = JSON.stringify([process, network.transport, to, destination.port]);
    const before = merged.get(key);
    merged.set(
      key,
      before === undefined
        ? event
        : {
            ...before,
            count: before.count + event.count,
            bytesSent: before.bytesSent + event.bytesSent,
            bytesReceived: before.bytesReceived + event.bytesReceived,
          },
    );
  }
  return [...merged.values()];
}

function keepFiles(
  events: readonly GuardEvent[],
  hide: (text: string) => string,
): { event: GuardEventOf<"file-written">; path: string }[] {
  const alike = new Map<string, number>();
  let inWorkspace = 0;
  const kept = [];
  for (const event of events) {
    if (event.kind !== "file-written") continue;
    const path = hide(event.path);
    if (path.startsWith("{work}") && ++inWorkspace > MAX_WORKSPACE_FILES) continue;
    const folder = path.split("/").slice(0, 6).join("/");
    const key = [event.process, event.operation, folder].join(" ").replace(/:\d+\}/g, "}");
    const count = (alike.get(key) ?? 0) + 1;
    alike.set(key, count);
    if (count <= MAX_ALIKE_FILES && kept.length < MAX_FILES) kept.push({ event, path });
  }
  return kept;
}

/** What a text has that is random, or this machine's, becomes a placeholder: the same part has the same one. */
function createNames({ workspace, folders }: Ground): { hide: (text: string) => string } {
  const slots = new Map<string, number>();
  const slot = (part: string): number => {
    const number = slots.get(part) ?? slots.size;
    slots.set(part, number);
    return number;
  };
  return {
    hide(text) {
      let hidden = text.replaceAll(workspace, "{work}");
      for (const [folder, instead] of folders) hidden = hidden.replaceAll(folder, instead);
      for (const { pattern, kind } of RANDOM_PARTS) {
        hidden = hidden.replaceAll(pattern, (part) => `{${kind}:${part.length}:${slot(part)}}`);
      }
      return hidden;
    },
  };
}

const RANDOM_PARTS = [
  { kind: "time", pattern: /\b20\d\d-\d\d-\d\dT\d\d[_:]\d\d[_:]\d\d[_.]\d{3}Z?/g },
  {
    kind: "uuid",
    pattern: /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g,
  },
  {
    kind: "hex",
    pattern: /(?<![0-9A-Za-z])(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,64}(?![0-9A-Za-z])/g,
  },
  // mktemp(1), mkstemp(3), Python's tempfile and multiprocessing, gcc's temporary files, ssh-agent, go.
  { kind: "alnum", pattern: /(?<=\/cc|\/sem\.|vtag_tmp)[0-9A-Za-z]{6}(?=$|\.)/g },
  { kind: "alnum", pattern: /(?<=\/ssh-)[0-9A-Za-z]{12}(?=\/)/g },
  {
    kind: "alnum",
    pattern: /(?<=tmp[/\w.-]*[-._])(?=[a-zA-Z]*[0-9A-Z])[0-9A-Za-z]{6}(?=$|[/.])/g,
  },
  {
    kind: "lower",
    pattern:
      /(?<=\/tmp\/(?:tmp)?|\/pip-[a-z-]+-|\/pytest-|pymp-|listener-)(?=[a-z]*[\d_])[0-9a-z_]{8}(?=$|\/|\.)/g,
  },
  { kind: "lower", pattern: /(?<=sem\.mp-|\/tmp\/tmp)[0-9a-z_]{8}/g },
  {
    kind: "digits",
    pattern:
      /\d{10,}|(?<=hsperfdata_root\/|go-build|\/proc\/|\/task\/|_tmp_|\/agent\.|#|127\.0\.0\.1:)\d+/g,
  },
  { kind: "digits", pattern: /(?<=[-/.])\d{5,}(?=$|[-/.])/g },
] as const;

function raise(message: string): never {
  throw new Error(message);
}
