import { type Dashboard, gauge, increase, increaseBy, OWN, quantiles, rateBy } from "./panel.ts";

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
          unit: "short",
          queries: [increase("runs_silenced_total", "fell silent")],
        },
        {
          title: "Longest without a word",
          description: "Of the runs that are live. Above two minutes it is silent.",
          unit: "s",
          queries: [gauge(`max(${OWN}heartbeat_age_seconds)`, "age")],
        },
        {
          title: "Runs past their time",
          description: "They go on for longer than a job may.",
          unit: "short",
          queries: [gauge(`sum(${OWN}runs_past_ttl)`, "past their time")],
        },
        {
          title: "Commands",
          description: "Given by operators, and what came of them.",
          unit: "short",
          queries: [increaseBy("commands_total", "state")],
        },
      ],
    },
    {
      title: "Events",
      panels: [
        {
          title: "Dropped by guards",
          description: "Events that are missing, by the reason that the guard gives.",
          unit: "short",
          queries: [increaseBy("agent_dropped_total", "reason")],
        },
        {
          title: "Age when stored",
          description: "Of the first event of each batch.",
          unit: "s",
          queries: quantiles("event_lag_seconds"),
        },
        {
          title: "Refused tokens",
          description: "By what was wrong with them.",
          unit: "reqps",
          queries: [rateBy("auth_failures_total", "reason")],
        },
        {
          title: "Answers",
          description: "What became of requests.",
          unit: "reqps",
          queries: [rateBy("requests_total", "outcome")],
        },
      ],
    },
    {
      title: "Incidents and responses",
      panels: [
        {
          title: "Incidents",
          description: "That are not resolved. GET /v1/incidents lists them.",
          unit: "short",
          queries: [gauge(`sum by (severity) (${OWN}incidents_open)`, "{{severity}}")],
        },
        {
          title: "Alerts that were not delivered",
          description: "They are due and tried again, or were given up: GET /v1/deliveries.",
          unit: "short",
          queries: [
            gauge(`sum by (sink) (${OWN}deliveries_waiting)`, "waiting: {{sink}}"),
            gauge(`sum by (sink) (${OWN}deliveries_dead)`, "dead: {{sink}}"),
          ],
        },
        {
          title: "Longest wait of an alert",
          description: "Of those that are due. Above five minutes nobody is woken in time.",
          unit: "s",
          queries: [gauge(`max(${OWN}oldest_delivery_seconds)`, "waits")],
        },
        {
          title: "Responses",
          description: "That were decided, and what became of them.",
          unit: "short",
          queries: [increaseBy("responses_total", "result")],
        },
      ],
    },
    {
      title: "Disk",
      panels: [
        {
          title: "Writes that failed",
          description: "The log has the reason. Agents are told to come again.",
          unit: "short",
          queries: [increase("storage_faults_total", "failed")],
        },
        {
          title: "Time until stored",
          description: "From when a batch was read until it was on disk.",
          unit: "s",
          queries: quantiles("commit_seconds"),
        },
      ],
    },
  ],
};
