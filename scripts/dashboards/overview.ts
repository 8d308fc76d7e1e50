import { type Dashboard, gauge, increase, increaseBy, OWN, quantiles } from "./panel.ts";

const RUNS = `sum(increase(${OWN}runs_started_total[$__range]))`;

export const OVERVIEW: Dashboard = {
  uid: "runner-guard-overview",
  title: "Runner Guard: overview",
  description: "How the fleet is guarded, and what its jobs do.",
  rows: [
    {
      title: "Guarded",
      panels: [
        {
          title: "Runs that are live",
          description: "Jobs that a guard watches at the moment.",
          type: "stat",
          unit: "short",
          queries: [gauge(`sum(${OWN}runs{state="live"})`, "live")],
        },
        {
          title: "Runs that are silent",
          description: "Their guards sent nothing for two minutes and said no goodbye.",
          type: "stat",
          unit: "short",
          queries: [gauge(`sum(${OWN}runs{state="silent"})`, "silent")],
        },
        {
          title: "Guards that lack something",
          description: "A sensor is not there, or blocking was asked for and cannot be had.",
          type: "stat",
          unit: "short",
          queries: [gauge(`sum(${OWN}guards_degraded)`, "degraded")],
        },
        {
          title: "Share of jobs that are guarded",
          description:
            "Runs that began here, of all jobs that Actions Runner Controller started. Empty without its metrics in the same Prometheus.",
          type: "stat",
          unit: "percentunit",
          queries: [
            {
              expr: `${RUNS} / sum(increase(gha_started_jobs_total[$__range]))`,
              legend: "guarded",
            },
          ],
        },
      ],
    },
    {
      title: "What jobs do",
      panels: [
        {
          title: "Findings",
          description: "By severity, with repeats. GET /v1/findings lists them.",
          unit: "short",
          queries: [increaseBy("findings_total", "severity")],
        },
        {
          title: "Denials per 1,000 jobs",
          description:
            "Connections and names that policy denied: blocked, or let pass in audit mode.",
          unit: "short",
          queries: [
            {
              expr: `1000 * sum by (verdict) (increase(${OWN}egress_denials_total[1h])) / on () group_left () sum(increase(${OWN}runs_started_total[1h]))`,
              legend: "{{verdict}}",
            },
          ],
        },
        {
          title: "Runs",
          description: "That began, ended with a goodbye, and fell silent.",
          unit: "short",
          queries: [
            increase("runs_started_total", "began"),
            increase("runs_ended_total", "ended"),
            increase("runs_silenced_total", "fell silent"),
          ],
        },
        {
          title: "From detection to containment",
          description: "Until it was heard here that what was found had been ended.",
          unit: "s",
          queries: quantiles("containment_seconds"),
        },
      ],
    },
  ],
};
