import { expect, test } from "vitest";

import { listWebLinks } from "../../../../collector/alerting/sinks/web-link.ts";
import { SAMPLE_INCIDENT } from "./support/sample-notification.ts";

test.each([
  ["https://ci.example/a?b=c&d=e#f", "https://ci.example/a?b=c&d=e#f"],
  ["http://[::1]:8080/job", "http://[::1]:8080/job"],
  ["https://ci.example/a|b>c<d\"e'f`g\\h^i", "https://ci.example/a%7Cb%3Ec%3Cd%22e%27f%60g/h%5Ei"],
  ["https://ci.example/a?x=|<@U1>", "https://ci.example/a?x=%7C%3C@U1%3E"],
  ["https://ci.example/\u202egnp", "https://ci.example/%E2%80%AEgnp"],
  ["https://ci.example/a b\nc", "https://ci.example/a%20bc"],
])("%j is written so that nothing of it ends a link", (job, expected) => {
  expect(linkOf(job)).toBe(expected);
});

test.each([
  "javascript:alert(1)",
  "data:text/html,x",
  "/relative",
  "",
  `https://ci.example/${"x".repeat(2_000)}`,
  `https://ci.example/${"|".repeat(700)}`,
])("%j is no link to a page", (job) => {
  expect(linkOf(job)).toBeUndefined();
});

function linkOf(job: string): string | undefined {
  const links = { ...SAMPLE_INCIDENT.links, job };
  return listWebLinks({ ...SAMPLE_INCIDENT, links }).find(({ name }) => name === "job")?.url;
}
