dig +tries=1 +timeout=2 mirror.test
dig +tries=1 +timeout=2 +tcp @10.96.0.10 mirror.test
