# One that ends by itself, should nobody end it.
ssh-agent -s > variables
echo 'kill "$SSH_AGENT_PID"' >> variables
timeout 20 ssh-agent -D -a "$PWD/socket" < /dev/null > /dev/null 2>&1 &
sh ./variables
