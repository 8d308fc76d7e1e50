# flagged: tee
echo 'alias ll="ls -l"' > .zprofile
ln .zprofile notes
echo '(sleep 0 &)' | tee -a notes > /dev/null
sleep 0.3
