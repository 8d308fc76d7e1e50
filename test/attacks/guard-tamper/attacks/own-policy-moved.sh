# flagged: mv
mv ../../policy.yml ../../gone.yml
cp ../../gone.yml ../../policy.yml
rm ../../gone.yml
