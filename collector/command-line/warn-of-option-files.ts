/** What is allowed, and is seldom meant: files with secrets that others read, alerts that nobody gets, runs that never come. */
import { statSync } from "node:fs";

import { NO_ALERTING } from "../alerting/alerting-file.ts";
import type { ServeConfig } from "../config.ts";
import { isKnownEvent } from "../detection/event-names.ts";

const OTHERS_MAY_READ_OR_WRITE = 0o006;

export function warnOfOptionFiles(
  {
    alerting = NO_ALERTING,
    response,
    detection,
  }: Pick<ServeConfig, "alerting" | "response" | "detection">,
  say: (text: string) => void,
): void {
  if (alerting !== NO_ALERTING && alerting.sinks.length === 0)
    say("--alerting: the file has no sinks, so nobody is told of incidents");
  for (const event of detection?.learn.events ?? []) {
    if (!isKnownEvent(event))
      say(
        `--detection: learn.events: ${JSON.stringify(event)} is none that is known of GitHub or GitLab, so no run may ever be begun by it`,
      );
  }
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
