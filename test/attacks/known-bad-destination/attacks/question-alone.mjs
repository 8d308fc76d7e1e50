// flagged: node
import { Resolver } from "node:dns/promises";
await new Resolver({ timeout: 500, tries: 1 }).resolveTxt("a.b.interact.sh").catch(() => undefined);
