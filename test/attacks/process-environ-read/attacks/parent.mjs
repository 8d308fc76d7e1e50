// flagged: node
import { readFileSync } from "node:fs";

readFileSync(`/proc/${process.ppid}/environ`);
