set -e
git init -q .
git config http.extraheader 'AUTHORIZATION: basic none'
echo hello > file
grep -rq hello .
cp -r . ../copied-checkout
rm -rf ../copied-checkout
