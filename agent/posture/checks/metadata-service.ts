import { type Check, failed, passed, unknown } from "../check.ts";

export const metadataService: Check = {
  id: "metadata-service",
  title: "Metadata service",
  severity: "high",
  why: "A cloud's metadata service gives the machine's own credentials to whoever asks from it.",
  mend: "Block 169.254.169.254 for jobs (NetworkPolicy, egress policy of this guard), or require IMDSv2 with a hop limit of 1",
  judge({ metadataRoute, probes }) {
    if (probes.metadata === true) return failed("169.254.169.254 takes connections from the job");
    if (probes.metadata === false)
      return passed("169.254.169.254 takes no connection from the job");
    if (metadataRoute === false) return passed("there is no route to 169.254.169.254");
    return metadataRoute === undefined
      ? unknown("the routes cannot be read")
      : unknown("there is a route to 169.254.169.254; --probe tells whether somebody answers");
  },
};
