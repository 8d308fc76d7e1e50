# flagged: cat
mkdir .aws
printf '[default]\naws_secret_access_key = none\n' > .aws/credentials
cat ~/.aws/credentials > /dev/null
