import { describeCluster } from "./cases.ts";
import { startStandIn } from "./support/stand-in/stand-in.ts";

describeCluster("the stand-in", startStandIn);
