# flagged: podman
cp /bin/true podman
./podman run --rm --device-cgroup-rule "b *:* rwm" alpine sh -c "mknod disk b 8 0"
