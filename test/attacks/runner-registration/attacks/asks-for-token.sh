# flagged: curl
curl -s -X POST "$RG_HTTP/repos/owner/repository/actions/runners/registration-token"
