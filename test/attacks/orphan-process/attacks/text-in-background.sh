# flagged: perl
perl -e 'sleep 6' < /dev/null > /dev/null 2>&1 &
