set -e
mkdir .aws .docker
printf '[default]\naws_secret_access_key = none\n' >> .aws/credentials
echo '{"auths": {"example.org": {"auth": "bm9uZQ=="}}}' > .docker/config.json
chmod 600 .aws/credentials
rm .aws/credentials
