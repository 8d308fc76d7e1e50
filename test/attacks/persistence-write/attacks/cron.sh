# flagged: cp
echo '# nothing' > notes
cp notes /etc/cron.d/runner-guard-test
rm -f /etc/cron.d/runner-guard-test
