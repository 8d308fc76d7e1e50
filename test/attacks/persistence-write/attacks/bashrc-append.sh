# flagged: bash
echo '(sleep 0 &)' >> ~/.bashrc
sleep 0.3
