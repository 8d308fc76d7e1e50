dig +tries=1 +timeout=1 TXT mail.test TXT _dmarc.mail.test TXT 20230601._domainkey.mail.test \
  TXT _acme-challenge.mail.test CAA mail.test MX mail.test >/dev/null
