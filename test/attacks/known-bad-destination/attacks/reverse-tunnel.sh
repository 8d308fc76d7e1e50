# flagged: ssh
ssh -o BatchMode=yes -o ConnectTimeout=1 -o StrictHostKeyChecking=no -R 80:localhost:1 nokey@localhost.run true || true
