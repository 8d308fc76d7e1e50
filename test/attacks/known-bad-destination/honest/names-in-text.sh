echo 'see https://webhook.site and pastebin.com' > notes.txt
grep -c pastebin.com notes.txt
curl -sk -m 2 -H 'Referer: https://pastebin.com/x' -d 'https://webhook.site/' https://mywebhook.site/
