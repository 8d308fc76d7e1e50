import { type Dashboard, increase, OWN, rate } from "./panel.ts";

export const DEBUG: Dashboard = {
  uid: "runner-guard-debug",
  title: "Runner Guard: debug",
  description: "How a collector works inside.",
  rows: [
    {
      title: "What comes in",
      panels: [
        {
          title: "Events",
          description: "Stored, and lines among them that were none.",
          type: "timeseries",
          unit: "eps",
          queries: [
            { expr: rate("events_total"), legend: "events" },
            { expr: rate("dead_letters_total"), legend: "no events" },
          ],
        },
        {
          title: "Batches",
          description: "Stored.",
          type: "timeseries",
          unit: "reqps",
          queries: [{ expr: rate("batches_total"), legend: "batches" }],
        },
        {
          title: "Bytes",
          description: "As they were sent, and unpacked.",
          type: "timeseries",
          unit: "Bps",
          queries: [{ expr: rate("bytes_total", "form"), legend: "{{form}}" }],
        },
        {
          title: "Left out of counts",
          description: "Uses that were too many for one batch: they are in its events alone.",
          type: "timeseries",
          unit: "short",
          queries: [{ expr: increase("uses_left_out_total", "of"), legend: "{{of}}" }],
        },
      ],
    },
    {
      title: "What waits",
      panels: [
        {
          title: "Writes",
          description: "Not on disk yet. From 2,000 on agents are told to come again.",
          type: "timeseries",
          unit: "short",
          queries: [{ expr: `${OWN}waiting_writes`, legend: "writes" }],
        },
        {
          title: "Bytes of writes",
          description: "Not on disk yet. From 64 MiB on agents are told to come again.",
          type: "timeseries",
          unit: "bytes",
          queries: [{ expr: `${OWN}waiting_bytes`, legend: "bytes" }],
        },
        {
          title: "Agents that listen",
          description: "For commands of operators, and those that were let go.",
          type: "timeseries",
          unit: "short",
          queries: [
            { expr: `${OWN}listeners`, legend: "listen" },
            { expr: increase("listeners_lost_total", "reason"), legend: "lost: {{reason}}" },
          ],
        },
      ],
    },
    {
      title: "The process",
      panels: [
        {
          title: "Processor",
          description: "Cores, with the thread that writes.",
          type: "timeseries",
          unit: "short",
          queries: [
            { expr: "rate(process_cpu_user_seconds_total[$__rate_interval])", legend: "user" },
            { expr: "rate(process_cpu_system_seconds_total[$__rate_interval])", legend: "system" },
          ],
        },
        {
          title: "Memory",
          description: "Resident, and what JavaScript has of it.",
          type: "timeseries",
          unit: "bytes",
          queries: [
            { expr: "process_resident_memory_bytes", legend: "resident" },
            { expr: "nodejs_heap_size_used_bytes", legend: "heap" },
            { expr: "nodejs_external_memory_bytes", legend: "buffers" },
          ],
        },
        {
          title: "Event loop delay",
          description: "How late what is due comes.",
          type: "timeseries",
          unit: "s",
          queries: [
            { expr: "nodejs_eventloop_lag_p50_seconds", legend: "p50" },
            { expr: "nodejs_eventloop_lag_p99_seconds", legend: "p99" },
            { expr: "nodejs_eventloop_lag_max_seconds", legend: "longest" },
          ],
        },
        {
          title: "Garbage collection",
          description: "Share of the time.",
          type: "timeseries",
          unit: "percentunit",
          queries: [
            {
              expr: "sum by (kind) (rate(nodejs_gc_duration_seconds_sum[$__rate_interval]))",
              legend: "{{kind}}",
            },
          ],
        },
        {
          title: "Open files",
          description: "Connections are most of them.",
          type: "timeseries",
          unit: "short",
          queries: [
            { expr: "process_open_fds", legend: "open" },
            { expr: "process_max_fds", legend: "bound" },
          ],
        },
      ],
    },
  ],
};
