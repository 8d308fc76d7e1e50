# flagged: docker
cp /bin/true docker
./docker volume create everything --driver local --opt type=none --opt o=bind --opt device=/
./docker run --volume everything:/host alpine true
