curl -sk -m 2 https://hook-tests.ngrok.app/
