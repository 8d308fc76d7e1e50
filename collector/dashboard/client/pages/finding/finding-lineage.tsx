import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { ApiProblem, request } from "../../api/request.ts";
import type { FindingView, GuardEventOf, PageOf } from "../../api/types.ts";
import { HostileText } from "../../components/hostile-text.tsx";
import { Panel } from "../../components/panel.tsx";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";

interface FindingLineageProps {
  readonly finding: FindingView;
}

type Started = GuardEventOf<"process-started">;

const MAX_ANCESTORS = 16;
const MAX_PAGES = 20;

/** Which process did it, and who started that: read from the run's events one by one, the process first. */
export function FindingLineage({ finding }: FindingLineageProps) {
  const chain = useSignal<readonly Started[]>([]);
  const { id, runId, guardFindingId, madeBy } = finding;
  useEffect(() => {
    if (madeBy !== "guard") return undefined;
    const ending = new AbortController();
    const show = async (): Promise<void> => {
      try {
        chain.value = await readLineage(runId, guardFindingId, ending.signal);
      } catch (error) {
        // It is an extra: the finding is there without it.
        if (!ending.signal.aborted && !(error instanceof ApiProblem)) throw error;
      }
    };
    void show();
    return () => ending.abort();
  }, [id]);
  if (chain.value.length === 0) return null;
  return (
    <Panel title="Lineage">
      <ol class="lineage body">
        {chain.value.map(({ process, args, executable }) => (
          <li key={process}>
            <Link to={addresses.process(runId, process)}>
              <HostileText
                text={executable.slice(executable.lastIndexOf("/") + 1)}
                maxCharacters={60}
              />
            </Link>
            <HostileText text={args.slice(1).join(" ")} maxCharacters={200} class="soft" />
          </li>
        ))}
      </ol>
    </Panel>
  );
}

/** The first ancestor comes first. */
async function readLineage(
  runId: string,
  findingId: string,
  signal: AbortSignal,
): Promise<readonly Started[]> {
  const path = `/v1/runs/${encodeURIComponent(runId)}/events`;
  const finding = await findEvent<GuardEventOf<"finding">>(
    `${path}?kind=finding&limit=1000`,
    ({ id }) => id === findingId,
    signal,
  );
  const chain: Started[] = [];
  let process = finding?.process ?? null;
  while (process !== null && chain.length < MAX_ANCESTORS) {
    const asked = `${path}?kind=process-started&limit=1&process=${encodeURIComponent(process)}`;
    const started = await findEvent<Started>(asked, () => true, signal);
    if (started === undefined) break;
    chain.unshift(started);
    process = started.parent;
  }
  return chain;
}

/** The first one that is wanted: a page of a long run may hold none, and say where to go on. */
async function findEvent<Event>(
  address: string,
  isWanted: (event: Event) => boolean,
  signal: AbortSignal,
): Promise<Event | undefined> {
  let cursor = "";
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const asked = `${address}${cursor}`;
    const { items, nextCursor } = await request<PageOf<Event>>("GET", asked, { signal });
    const found = items.find(isWanted);
    if (found !== undefined || nextCursor === null) return found;
    cursor = `&cursor=${encodeURIComponent(nextCursor)}`;
  }
  return undefined;
}
