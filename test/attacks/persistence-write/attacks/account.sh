# flagged: bash
printf "" >> /etc/passwd
