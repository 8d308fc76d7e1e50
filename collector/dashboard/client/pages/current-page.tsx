import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";

import { Loading } from "../components/loaded-view.tsx";
import { Empty } from "../components/notices.tsx";
import { place } from "../navigation/place.ts";
import type * as laterPages from "./later-pages.ts";
import { OverviewPage } from "./overview/overview-page.tsx";
import { RunsPage } from "./runs/runs-page.tsx";

interface IdProps {
  readonly id: string;
}

type LaterPages = typeof laterPages;
type Name = keyof LaterPages;

const OF_ALL: ReadonlyMap<string, Name> = new Map([
  ["incidents", "IncidentsPage"],
  ["findings", "FindingsPage"],
  ["baselines", "BaselinesPage"],
  ["fleet", "FleetPage"],
  ["settings", "SettingsPage"],
]);
const OF_ONE: ReadonlyMap<string, Name> = new Map([
  ["runs", "RunPage"],
  ["findings", "FindingPage"],
  ["incidents", "IncidentPage"],
  ["baselines", "BaselinePage"],
]);

/** What the address leads to. Pages that are not the first one are loaded when somebody goes there. */
export function CurrentPage() {
  const [page = "", id] = place.value.parts;
  if (page === "") return <OverviewPage />;
  if (page === "runs" && id === undefined) return <RunsPage />;
  const name = findName();
  if (name !== undefined) return <Later key={`${page} ${id}`} name={name} id={id ?? ""} />;
  return <Empty heading="There is no such page">The address may be an old one.</Empty>;
}

/** Its code, while it is not known yet who asks. */
export async function fetchCurrentPage(): Promise<void> {
  // Whoever shows the page says what is wrong.
  if (findName() !== undefined) await loadPages().catch(() => undefined);
}

/** All of them at once: what each needs of the others would be found one after the other. */
function loadPages(): Promise<LaterPages> {
  return import("./later-pages.ts");
}

function findName(): Name | undefined {
  const [page = "", id] = place.value.parts;
  return (id === undefined ? OF_ALL : OF_ONE).get(page);
}

interface LaterProps {
  readonly name: Name;
  readonly id: string;
}

function Later({ name, id }: LaterProps) {
  const loaded = useSignal<{ readonly Page: ComponentType<IdProps> } | undefined>(undefined);
  const isGone = useSignal(false);
  useEffect(() => {
    const show = async (): Promise<void> => {
      try {
        loaded.value = { Page: (await loadPages())[name] };
      } catch {
        isGone.value = true;
      }
    };
    void show();
  }, [name]);
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
