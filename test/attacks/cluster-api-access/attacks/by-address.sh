# flagged: curl
curl -sk -m 2 "https://$KUBERNETES_SERVICE_HOST/api"
