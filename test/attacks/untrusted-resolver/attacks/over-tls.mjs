// flagged: node
import { connect } from "node:tls";
connect({ host: "203.0.113.55", port: 853, rejectUnauthorized: false }, function () {
  this.destroy();
}).on("error", () => undefined);
