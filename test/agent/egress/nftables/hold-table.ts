/** Holds a table inside the namespace it is started in, and prints a line for what happens to it. */
import { createRulesetWatch } from "../../../../agent/egress/netlink/ruleset-watch.ts";
import { toElementsText } from "../../../../agent/egress/nftables/elements-text.ts";
import { createHold } from "../../../../agent/egress/nftables/hold.ts";
import { runNft } from "../../../../agent/egress/nftables/nft-program.ts";
import type { RulesetPlan } from "../../../../agent/egress/nftables/ruleset-plan.ts";
import { toClaimText, toReplacementText } from "../../../../agent/egress/nftables/ruleset-text.ts";
import { createTableCheck } from "../../../../agent/egress/nftables/table-check.ts";

const [, , nft = "", text = "", elementCount = "0"] = process.argv;
const plan: RulesetPlan = JSON.parse(text);
const say = (line: object): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);

const elements = Array.from({ length: Number(elementCount) }, (_, n) => ({
  set: "learned4",
  ip: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`,
  protocol: 6,
  ports: { from: 443, to: 443 },
  timeoutMs: 3_600_000,
}));
const check = createTableCheck(nft, plan.table);
const load = async (): Promise<string> =>
  toReplacementText(plan, toElementsText(plan.table, elements));

const claimed = await runNft(nft, toClaimText(plan));
if (claimed.status === "failed") throw new Error(claimed.reason);
await check.remember();
let overruns = 0;
const watch = createRulesetWatch({
  onChange: (change) => hold.notice(change),
  onOverrun: () => {
    overruns += 1;
    hold.noticeOverrun();
  },
});
const hold = createHold({
  table: plan.table,
  isOwn: () => false,
  reload: async (onStart) => {
    const began = performance.now();
    const result = await runNft(nft, await load(), onStart);
    say({ restored: hold.restored + 1, ms: Math.round(performance.now() - began), overruns });
    return result;
  },
  drain: () => watch.poll(),
  isWhole: () => check.isWhole(),
  onTamper: (changes) => say({ tampered: changes.map(({ what }) => what), pid: changes[0]?.pid }),
  onFailure: (reason) => say({ reason }),
});
setInterval(() => watch.poll(), 20);
say({ ready: true });
