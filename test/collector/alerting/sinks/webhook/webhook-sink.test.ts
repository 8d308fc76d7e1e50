import { expect, test } from "vitest";

import { WEBHOOK } from "../../../../../collector/alerting/sinks/webhook/webhook-sink.ts";
import { startHttp } from "../support/http-stand-in.ts";
import { FIRST, openSink } from "../support/open-sink.ts";
import { SAMPLE } from "../support/sample-notification.ts";
import { startReceiver } from "./webhook-receiver.ts";

const OLD = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;
const NEW = `whsec_${Buffer.alloc(32, 2).toString("base64")}`;
/** As `openSink` tells the time. */
const now = () => SAMPLE.at;

test("a receiver with the secret takes what is sent, and the same one once", async () => {
  await using receiver = await startReceiver(NEW, now);
  const sink = openSink(
    WEBHOOK,
    { url: `${receiver.address}/in`, secretFiles: ["new"] },
    {
      files: { new: NEW },
    },
  );

  expect(await sink.deliver(SAMPLE, FIRST)).toEqual({ status: "delivered" });
  expect(await sink.deliver(SAMPLE, FIRST)).toEqual({ status: "delivered" });

  expect([...receiver.taken.values()]).toMatchObject([
    { type: "io.runnerguard.incident.triggered", data: { action: "trigger" } },
  ]);
});

test("while secrets change, receivers with the old one and with the new one take it", async () => {
  await using before = await startReceiver(OLD, now);
  await using after = await startReceiver(NEW, now);
  const files = { old: OLD, new: NEW };
  const toSink = (url: string) =>
    openSink(WEBHOOK, { url, secretFiles: ["old", "new"] }, { files });

  expect(await toSink(before.address).deliver(SAMPLE, FIRST)).toHaveProperty("status", "delivered");
  expect(await toSink(after.address).deliver(SAMPLE, FIRST)).toHaveProperty("status", "delivered");
});

test("a receiver that does not know the secret refuses", async () => {
  await using receiver = await startReceiver(OLD, now);
  const sink = openSink(
    WEBHOOK,
    { url: receiver.address, secretFiles: ["new"] },
    {
      files: { new: NEW },
    },
  );

  expect(await sink.deliver(SAMPLE, FIRST)).toMatchObject({
    status: "refused",
    reason: expect.stringMatching(/answered 401$/),
  });
});

test("an address that is a secret is read from a file, again when that changes, and never told", async () => {
  await using gone = await startHttp((_, response) => response.writeHead(410).end());
  await using receiver = await startReceiver(NEW, now);
  const files = { new: NEW, url: `${gone.address}/hidden` };
  const sink = openSink(WEBHOOK, { urlFile: "url", secretFiles: ["new"] }, { files });

  const refused = await sink.deliver(SAMPLE, FIRST);
  files.url = `${receiver.address}/hidden`;

  expect(refused).toHaveProperty("status", "refused");
  expect(JSON.stringify(refused)).not.toContain("hidden");
  expect(await sink.deliver(SAMPLE, FIRST)).toEqual({ status: "delivered" });
});

test.each([
  ["no address", { secretFiles: ["new"] }, /write either/],
  ["two addresses", { url: "https://a.example", urlFile: "url", secretFiles: ["new"] }, /either/],
  ["no secret", { url: "https://a.example", secretFiles: [] }, /secretFiles/],
  ["a weak secret", { url: "https://a.example", secretFiles: ["weak"] }, /weak: holds no secret/],
  ["an address without TLS", { url: "http://a.example", secretFiles: ["new"] }, /plainHttp/],
  ["an address of another kind", { url: "ftp://a.example", secretFiles: ["new"] }, /https:/],
  ["a file with no address", { urlFile: "weak", secretFiles: ["new"] }, /weak: no address/],
])("%s is refused at the start", (_, config, fault) => {
  const files = { new: NEW, weak: "whsec_c2hvcnQ=", url: "https://b.example" };

  expect(() => openSink(WEBHOOK, config, { files })).toThrow(fault);
});
