curl -sk -m 2 https://mywebhook.site/
