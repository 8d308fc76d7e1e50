import { expect, test } from "vitest";

import { PAGERDUTY } from "../../../../collector/alerting/sinks/pagerduty/pagerduty-sink.ts";
import { SLACK } from "../../../../collector/alerting/sinks/slack/slack-sink.ts";
import { BY, openAlertingDesk } from "../support/alerting-desk.ts";
import { openSink } from "./support/open-sink.ts";
import { startPagerDuty } from "./support/pagerduty-stand-in.ts";
import { BOT_TOKEN, CHANNEL, startSlack } from "./support/slack-stand-in.ts";

const KEY = "0123456789abcdef".repeat(2);
/** Longer than anybody asks to be left alone for. */
const LATER_MS = 60_000;

test("a finding is one page and one thread, from when it is found to when somebody resolves it", async () => {
  await using pagerDuty = await startPagerDuty({ routingKey: KEY });
  await using slack = await startSlack();
  const files = { key: KEY, token: BOT_TOKEN };
  await using desk = await openAlertingDesk([
    {
      ...openSink(
        PAGERDUTY,
        { routingKeyFile: "key", url: `${pagerDuty.address}/v2/enqueue` },
        { files },
      ),
      name: "pager",
    },
    {
      ...openSink(
        SLACK,
        { tokenFile: "token", channel: CHANNEL.name, api: `${slack.address}/api` },
        { files },
      ),
      name: "chat",
    },
  ]);
  pagerDuty.beBusy(1, { code: 429, retryAfterSeconds: 5 });
  await desk.startRun("run");
  await desk.find();
  await desk.passTime(LATER_MS);
  const [id = ""] = pagerDuty.alerts.keys();
  expect(pagerDuty.alerts.get(id)).toMatchObject({ state: "triggered", pages: 1 });

  await desk.alerting.acknowledge(id, BY);
  await desk.passTime(LATER_MS);
  expect(pagerDuty.alerts.get(id)).toMatchObject({ state: "acknowledged" });
  await desk.alerting.resolve(id, BY);
  await desk.passTime(LATER_MS);

  expect([...pagerDuty.alerts.values()]).toMatchObject([{ state: "resolved", pages: 1 }]);
  const [first, ...replies] = slack.posts;
  expect(first).toMatchObject({ changes: 2, text: expect.stringMatching(/^resolved: /) });
  expect(replies.map(({ threadTs, text }) => [threadTs, text.split(":", 1)[0]])).toEqual([
    [first?.ts, "acknowledged"],
    [first?.ts, "resolved"],
  ]);
  expect(desk.defects).toEqual([]);
});
