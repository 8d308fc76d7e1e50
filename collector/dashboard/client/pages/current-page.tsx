import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";

import { Loading } from "../components/loaded-view.tsx";
import { Empty } from "../components/notices.tsx";
import { place } from "../navigation/place.ts";
import { OverviewPage } from "./overview/overview-page.tsx";
import { RunsPage } from "./runs/runs-page.tsx";

interface IdProps {
  readonly id: string;
}

type Load = () => Promise<ComponentType<IdProps>>;

const OF_ALL: ReadonlyMap<string, Load> = new Map<string, Load>([
  ["incidents", async () => (await import("./incidents/incidents-page.tsx")).IncidentsPage],
  ["findings", async () => (await import("./findings/findings-page.tsx")).FindingsPage],
  ["baselines", async () => (await import("./baselines/baselines-page.tsx")).BaselinesPage],
  ["fleet", async () => (await import("./fleet/fleet-page.tsx")).FleetPage],
  ["settings", async () => (await import("./settings/settings-page.tsx")).SettingsPage],
]);
const OF_ONE: ReadonlyMap<string, Load> = new Map<string, Load>([
  ["runs", async () => (await import("./run/run-page.tsx")).RunPage],
  ["findings", async () => (await import("./finding/finding-page.tsx")).FindingPage],
  ["incidents", async () => (await import("./incident/incident-page.tsx")).IncidentPage],
  ["baselines", async () => (await import("./baseline/baseline-page.tsx")).BaselinePage],
]);

/** What the address leads to. Pages that are not the first one are loaded when somebody goes there. */
export function CurrentPage() {
  const [page = "", id] = place.value.parts;
  if (page === "") return <OverviewPage />;
  if (page === "runs" && id === undefined) return <RunsPage />;
  const load = findLoad();
  if (load !== undefined) return <Later key={`${page} ${id}`} load={load} id={id ?? ""} />;
  return <Empty heading="There is no such page">The address may be an old one.</Empty>;
}

/** Its code, while it is not known yet who asks. */
export async function fetchCurrentPage(): Promise<void> {
  // Whoever shows the page says what is wrong.
  await findLoad()?.().catch(() => undefined);
}

function findLoad(): Load | undefined {
  const [page = "", id] = place.value.parts;
  return (id === undefined ? OF_ALL : OF_ONE).get(page);
}

interface LaterProps {
  readonly load: Load;
  readonly id: string;
}

function Later({ load, id }: LaterProps) {
  const loaded = useSignal<{ readonly Page: ComponentType<IdProps> } | undefined>(undefined);
  const isGone = useSignal(false);
  useEffect(() => {
    const show = async (): Promise<void> => {
      try {
        loaded.value = { Page: await load() };
      } catch {
        isGone.value = true;
      }
    };
    void show();
  }, [load]);
  if (isGone.value) {
    return (
      <Empty heading="This page cannot be loaded">
        The collector may have another version by now: load the page again.
      </Empty>
    );
  }
  if (loaded.value === undefined) return <Loading />;
  const { Page } = loaded.value;
  return <Page id={id} />;
}
