import type { RunView } from "../../api/types.ts";
import type { Tab } from "../../components/tabs.tsx";
import type { RunModel } from "../../run-model/run-model.ts";

export function listTabs(model: RunModel, run: RunView): readonly Tab[] {
  return [
    { id: "timeline", name: "Time line" },
    { id: "findings", name: "Findings", count: run.findings },
    { id: "processes", name: "Processes", count: model.processes.size },
    { id: "destinations", name: "Destinations", count: model.destinations.rows.size },
    { id: "names", name: "DNS", count: model.names.rows.size },
    { id: "files", name: "Files", count: model.files.rows.size },
    { id: "secrets", name: "Secrets", count: model.secrets.rows.size },
    { id: "blind", name: "Blind spots" },
    { id: "responses", name: "Responses" },
    { id: "events", name: "Events", count: run.events },
  ];
}
