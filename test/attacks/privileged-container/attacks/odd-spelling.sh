# flagged: docker
cp /bin/true docker && cp docker podman && cp docker nerdctl
./docker container run -v/etc/../:/x alpine true
