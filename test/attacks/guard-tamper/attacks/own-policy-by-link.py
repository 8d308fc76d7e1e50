# flagged: python3.11
# By another name of the same file, and through a folder that is one by another name.
import os
os.symlink("../..", "elsewhere")
os.link("elsewhere/policy.yml", "mine.yml")
os.close(os.open("mine.yml", os.O_WRONLY | os.O_APPEND))
