import { type Dashboard, gauge, increaseBy, OWN, rate, rateBy } from "./panel.ts";

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
          unit: "eps",
          queries: [rate("events_total", "events"), rate("dead_letters_total", "no events")],
        },
        {
          title: "Batches",
          description: "Stored.",
          unit: "reqps",
          queries: [rate("batches_total", "batches")],
        },
        {
          title: "Bytes",
          description: "As they were sent, and unpacked.",
          unit: "Bps",
          queries: [rateBy("bytes_total", "form")],
        },
        {
          title: "Left out of counts",
          description: "Uses that were too many for one batch: they are in its events alone.",
          unit: "short",
          queries: [increaseBy("uses_left_out_total", "of")],
        },
      ],
    },
    {
      title: "What waits",
      panels: [
        {
          title: "Writes",
          description: "Not on disk yet. From 2,000 on agents are told to come again.",
          unit: "short",
          queries: [gauge(`${OWN}waiting_writes`, "writes")],
        },
        {
          title: "Bytes of writes",
          description: "Not on disk yet. From 64 MiB on agents are told to come again.",
          unit: "bytes",
          queries: [gauge(`${OWN}waiting_bytes`, "bytes")],
        },
        {
          title: "Agents that listen",
          description: "For commands of operators, and those that were let go.",
          unit: "short",
          queries: [
            gauge(`${OWN}listeners`, "listen"),
            increaseBy("listeners_lost_total", "reason", "lost: "),
          ],
        },
      ],
    },
    {
      title: "What is learned",
      panels: [
        {
          title: "Behind the runs",
          description: "How long the run has waited that has waited longest to be looked at.",
          unit: "s",
          queries: [gauge(`max(${OWN}detection_lag_seconds)`, "behind")],
        },
        {
          title: "Lessons",
          description: "Runs that are over: those that taught, and why the others did not.",
          unit: "short",
          queries: [increaseBy("lessons_total", "lesson")],
        },
        {
          title: "Out of the ordinary",
          description: "What runs did that their jobs do not do, by rule.",
          unit: "short",
          queries: [increaseBy("anomalies_total", "rule")],
        },
        {
          title: "Jobs",
          description: "Of which is known what is normal, or will be.",
          unit: "short",
          queries: [gauge(`sum by (state) (${OWN}baselines)`, "{{state}}")],
        },
      ],
    },
    {
      title: "The process",
      panels: [
        {
          title: "Processor",
          description: "Cores, with the thread that writes.",
          unit: "short",
          queries: [
            { expr: "rate(process_cpu_user_seconds_total[$__rate_interval])", legend: "user" },
            { expr: "rate(process_cpu_system_seconds_total[$__rate_interval])", legend: "system" },
          ],
        },
        {
          title: "Memory",
          description: "Resident, and what JavaScript has of it.",
          unit: "bytes",
          queries: [
            gauge("process_resident_memory_bytes", "resident"),
            gauge("nodejs_heap_size_used_bytes", "heap"),
            gauge("nodejs_external_memory_bytes", "buffers"),
          ],
        },
        {
          title: "Event loop delay",
          description: "How late what is due comes.",
          unit: "s",
          queries: [
            gauge("nodejs_eventloop_lag_p50_seconds", "p50"),
            gauge("nodejs_eventloop_lag_p99_seconds", "p99"),
            gauge("nodejs_eventloop_lag_max_seconds", "longest"),
          ],
        },
        {
          title: "Garbage collection",
          description: "Share of the time.",
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
          unit: "short",
          queries: [gauge("process_open_fds", "open"), gauge("process_max_fds", "bound")],
        },
      ],
    },
  ],
};
