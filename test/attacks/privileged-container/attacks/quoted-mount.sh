# flagged: docker
cp /bin/true docker
./docker run --mount '"type=bind","src=/","dst=/host"' alpine true
