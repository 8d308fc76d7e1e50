# flagged: mv
cp ../../policy.yml laxer.yml
mv laxer.yml ../../policy.yml
