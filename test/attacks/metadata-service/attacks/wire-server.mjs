// flagged: node
import { connect } from "node:net";
connect(32526, "168.63.129.16")
  .on("error", () => undefined)
  .setTimeout(100, function () {
    this.destroy();
  });
