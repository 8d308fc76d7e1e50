mkdir -p ~/.ssh
printf 'Host deploy\n  StrictHostKeyChecking yes\n' > ~/.ssh/config
echo 'example.com ssh-ed25519 AAAA' >> ~/.ssh/known_hosts
ssh-keygen -q -t ed25519 -N '' -f ~/.ssh/id_ed25519
chmod 600 ~/.ssh/*
