# flagged: perl
perl -e 'sleep 20' < /dev/null > /dev/null 2>&1 &
