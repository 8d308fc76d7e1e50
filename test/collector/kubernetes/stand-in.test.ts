import { describeCluster } from "./cases.ts";
import { startStandIn } from "./support/stand-in/stand-in.ts";

describeCluster({ name: "the stand-in", start: startStandIn, podCount: 50 });
