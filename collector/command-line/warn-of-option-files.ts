/** What is allowed, and is seldom meant: of files with secrets, and of alerts that nobody gets. */
import { statSync } from "node:fs";

import { NO_ALERTING } from "../alerting/alerting-file.ts";
import type { ServeConfig } from "../config.ts";

const OTHERS_MAY_READ_OR_WRITE = 0o006;

export function warnOfOptionFiles(
  { alerting = NO_ALERTING, response }: Pick<ServeConfig, "alerting" | "response">,
  say: (text: string) => void,
): void {
  if (alerting !== NO_ALERTING && alerting.sinks.length === 0)
    say("--alerting: the file has no sinks, so nobody is told of incidents");
  const ofSinks = alerting.sinks.flatMap(({ files }) => files);
  const ofServers = (response?.github ?? []).map(({ tokenFile: path }, index) => ({
    place: `github[${index}].tokenFile`,
    path,
  }));
  for (const { place, path } of [...ofSinks, ...ofServers]) {
    if (place.endsWith(".caFile")) continue;
    const { mode = 0 } = statSync(path, { throwIfNoEntry: false }) ?? {};
    if ((mode & OTHERS_MAY_READ_OR_WRITE) !== 0)
      say(
        `${place}: other users can read or write ${path}, which holds a secret: chmod o= ${path}`,
      );
  }
}
