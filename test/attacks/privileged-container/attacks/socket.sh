# flagged: docker
cp /bin/true docker && cp docker podman && cp docker nerdctl
./docker run --mount type=bind,source=/var/run/docker.sock,target=/s alpine true
