/** Pages that are not the first one: loaded when somebody goes to one of them. */
export { BaselinePage } from "./baseline/baseline-page.tsx";
export { BaselinesPage } from "./baselines/baselines-page.tsx";
export { FindingPage } from "./finding/finding-page.tsx";
export { FindingsPage } from "./findings/findings-page.tsx";
export { FleetPage } from "./fleet/fleet-page.tsx";
export { IncidentPage } from "./incident/incident-page.tsx";
export { IncidentsPage } from "./incidents/incidents-page.tsx";
export { RunPage } from "./run/run-page.tsx";
export { SettingsPage } from "./settings/settings-page.tsx";
