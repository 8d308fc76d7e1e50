# A policy that is part of the checkout changes with it.
cd ../..
export HOME=$PWD GIT_CONFIG_NOSYSTEM=1
git init -q
git -c user.name=a -c user.email=a@example.com add policy.yml
git -c user.name=a -c user.email=a@example.com commit -qm one
rm -f .git/index.lock
git rm -q --cached policy.yml
git checkout -qf HEAD -- policy.yml
