# flagged: curl
curl -s -m 1 http://169.254.169.254/latest/meta-data/iam/security-credentials/ || true
