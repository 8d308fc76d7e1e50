/** Addresses of the dashboard's own pages. What agents say is encoded, and never a part of the address itself. */
export const addresses = {
  overview: "/",
  runs: "/runs",
  findings: "/findings",
  incidents: "/incidents?state=open",
  baselines: "/baselines",
  fleet: "/fleet",
  settings: "/settings",
  run: (id: string): string => `/runs/${encodeURIComponent(id)}`,
  process: (runId: string, process: string): string =>
    `/runs/${encodeURIComponent(runId)}?tab=processes&process=${encodeURIComponent(process)}`,
  finding: (id: string): string => `/findings/${encodeURIComponent(id)}`,
  baseline: (id: string): string => `/baselines/${encodeURIComponent(id)}`,
  incident: (id: string): string => `/incidents/${encodeURIComponent(id)}`,
} as const;
