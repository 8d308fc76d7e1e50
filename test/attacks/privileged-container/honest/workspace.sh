cp /bin/true docker && cp docker podman && cp docker nerdctl
./docker run --rm -v "$PWD:/work" -w /work -e A=b -p 80:80 alpine --privileged -v /:/host
./docker build -t image . && ./docker push image && ./podman run --cap-drop ALL alpine true
./docker run --rm -itv "$PWD:/work" alpine -v /:/host && ./docker volume create cache --opt type=tmpfs --opt device=tmpfs
