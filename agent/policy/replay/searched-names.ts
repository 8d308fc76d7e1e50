import type { Report } from "../../../protocol/index.ts";
import { toHostName } from "../../egress/host-name.ts";

/**
 * Whoever looks for `example.com` may ask for `example.com.corp.example` too, by the machine's search domains, which a report does not
 * hold. Gives back the names asked for that another one begins with.
 */
export type SearchedFor = (name: string) => readonly string[];

export function createSearchedFor({ dnsQueries }: Pick<Report, "dnsQueries">): SearchedFor {
  const asked = new Set(dnsQueries.map(({ name }) => toHostName(name)));
  return (name) => {
    const labels = name.split(".");
    return labels
      .map((_, index) => labels.slice(0, index).join("."))
      .filter((start) => asked.has(start));
  };
}
