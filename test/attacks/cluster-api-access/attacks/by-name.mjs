// flagged: node
await fetch("https://kubernetes.default.svc.cluster.local/version").catch(() => undefined);
