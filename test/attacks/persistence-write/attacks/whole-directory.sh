# flagged: mv
mkdir prepared
echo 'ssh-ed25519 AAAA somebody' > prepared/authorized_keys
mv prepared .ssh
sleep 0.3
