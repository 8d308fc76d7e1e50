# flagged: podman
cp /bin/true docker && cp docker podman && cp docker nerdctl
./podman run --cap-add=SYS_ADMIN --security-opt apparmor=unconfined alpine true
