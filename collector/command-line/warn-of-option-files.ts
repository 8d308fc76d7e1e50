/**
 * What is allowed, and is seldom meant: files with secrets that others read, alerts that nobody gets, runs that never come or that anybody
 * begins, responses that nobody can carry out.
 */
import { statSync } from "node:fs";

import { NO_ALERTING } from "../alerting/alerting-file.ts";
import type { ServeConfig } from "../config.ts";
import type { DetectionSettings } from "../detection/detection-file.ts";
import { isAnybodysEvent, isKnownEvent } from "../detection/event-names.ts";
import type { ResponsePolicy } from "../response/response-file.ts";

const OTHERS_MAY_READ_OR_WRITE = 0o006;

export function warnOfOptionFiles(
  {
    alerting = NO_ALERTING,
    response,
    detection,
  }: Pick<ServeConfig, "alerting" | "response" | "detection">,
  warn: (text: string) => void,
): void {
  if (alerting !== NO_ALERTING && alerting.sinks.length === 0)
    warn("--alerting: the file has no sinks, so nobody is told of incidents");
  if (detection !== undefined) for (const text of listOfLearning(detection)) warn(text);
  if (response !== undefined) for (const text of listOfResponse(response)) warn(text);
  const ofSinks = alerting.sinks.flatMap(({ files }) => files);
  const ofServers = (response?.github ?? []).map(({ tokenFile: path }, index) => ({
    place: `github[${index}].tokenFile`,
    path,
  }));
  for (const { place, path } of [...ofSinks, ...ofServers]) {
    if (place.endsWith(".caFile")) continue;
    const { mode = 0 } = statSync(path, { throwIfNoEntry: false }) ?? {};
    if ((mode & OTHERS_MAY_READ_OR_WRITE) !== 0)
      warn(
        `${place}: other users can read or write ${path}, which holds a secret: chmod o= ${path}`,
      );
  }
}

function listOfLearning({ learn: { events, refs } }: DetectionSettings): readonly string[] {
  return [
    ...events
      .filter((event) => !isKnownEvent(event))
      .map(
        (event) =>
          `--detection: learn.events: ${JSON.stringify(event)} is none that is known of GitHub or GitLab, so no run may ever be begun by it`,
      ),
    ...events
      .filter(isAnybodysEvent)
      .map(
        (event) =>
          `--detection: learn.events: ${JSON.stringify(event)}: anybody can begin such runs, without the right to write, and so teach what is normal`,
      ),
    ...refs
      .filter((ref) => !/^(?:refs\/|\*)/.test(ref) && !refs.includes(`refs/heads/${ref}`))
      .map(
        (ref) =>
          `--detection: learn.refs: ${JSON.stringify(ref)} is a branch of GitLab, Jenkins or Buildkite; of GitHub, which would call it "refs/heads/${ref}", no run has such a ref`,
      ),
  ];
}

function listOfResponse({ rules, github }: ResponsePolicy): readonly string[] {
  if (github.length > 0) return [];
  return rules.flatMap(({ action }, index) =>
    action === "cancel-run"
      ? [
          `--response: rules[${index}].action: there is no "github" with a token to cancel a run, so that cancel-run fails, and a person is called`,
        ]
      : [],
  );
}
