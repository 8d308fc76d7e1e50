/** What is counted of a job and a day, by the columns that tell its rows apart. */
export const USE_KEYS = {
  destinations: ["job", "day", "host", "port", "transport", "verdict"],
  names: ["job", "day", "name", "verdict"],
  programs: ["job", "day", "program", "parent"],
} as const;

export const USE_TABLES = ["destinations", "names", "programs"] as const;

export type UseTable = (typeof USE_TABLES)[number];
