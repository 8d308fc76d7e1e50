import { type Dashboard, increase, OWN, quantiles, rate } from "./panel.ts";

export const ON_CALL: Dashboard = {
  uid: "runner-guard-on-call",
  title: "Runner Guard: on call",
  description: "What alerts are made of. docs/operations.md says what to do about each.",
  rows: [
    {
      title: "Runs",
      panels: [
        {
          title: "Guards that fell silent",
          description: "Whoever ends a guard ends what it tells: look at what the job did last.",
          type: "timeseries",
          unit: "short",
          queries: [{ expr: increase("runs_silenced_total"), legend: "fell silent" }],
        },
        {
          title: "Longest without a word",
          description: "Of the runs that are live. Above two minutes it is silent.",
          type: "timeseries",
          unit: "s",
          queries: [{ expr: `max(${OWN}heartbeat_age_seconds)`, legend: "age" }],
        },
        {
          title: "Runs past their time",
          description: "They go on for longer than a job may.",
          type: "timeseries",
          unit: "short",
          queries: [{ expr: `sum(${OWN}runs_past_ttl)`, legend: "past their time" }],
        },
        {
          title: "Commands",
          description: "Given by operators, and what came of them.",
          type: "timeseries",
          unit: "short",
          queries: [{ expr: increase("commands_total", "state"), legend: "{{state}}" }],
        },
      ],
    },
    {
      title: "Events",
      panels: [
        {
          title: "Dropped by guards",
          description: "Events that are missing, by the reason that the guard gives.",
          type: "timeseries",
          unit: "short",
          queries: [{ expr: increase("agent_dropped_total", "reason"), legend: "{{reason}}" }],
        },
        {
          title: "Age when stored",
          description: "Of the first event of each batch.",
          type: "timeseries",
          unit: "s",
          queries: quantiles("event_lag_seconds"),
        },
        {
          title: "Refused tokens",
          description: "By what was wrong with them.",
          type: "timeseries",
          unit: "reqps",
          queries: [{ expr: rate("auth_failures_total", "reason"), legend: "{{reason}}" }],
        },
        {
          title: "Answers",
          description: "What became of requests.",
          type: "timeseries",
          unit: "reqps",
          queries: [{ expr: rate("requests_total", "outcome"), legend: "{{outcome}}" }],
        },
      ],
    },
    {
      title: "Disk",
      panels: [
        {
          title: "Writes that failed",
          description: "The log has the reason. Agents are told to come again.",
          type: "timeseries",
          unit: "short",
          queries: [{ expr: increase("storage_faults_total"), legend: "failed" }],
        },
        {
          title: "Time until stored",
          description: "From when a batch was read until it was on disk.",
          type: "timeseries",
          unit: "s",
          queries: quantiles("commit_seconds"),
        },
      ],
    },
  ],
};
