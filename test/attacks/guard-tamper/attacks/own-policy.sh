# flagged: bash
# The next step of the job would be guarded by it.
echo "# and nothing else" >>../../policy.yml
