curl -sk -m 2 -d '{"content":"built"}' https://discord.com/api/webhooks/1/2
