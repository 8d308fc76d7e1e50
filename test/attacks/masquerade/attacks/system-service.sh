# flagged: copy
cp /bin/true copy
(exec -a /usr/lib/systemd/systemd ./copy)
