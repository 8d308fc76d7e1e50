# flagged: docker
cp /bin/true docker && cp docker podman && cp docker nerdctl
./docker run --rm --privileged alpine id
