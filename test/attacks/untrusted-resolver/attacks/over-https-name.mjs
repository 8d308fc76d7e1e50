// flagged: node
await fetch("https://mozilla.cloudflare-dns.com/").catch(() => undefined);
