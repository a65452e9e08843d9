"""put_blobs.py URL ACCESS SECRET COUNT: keeps COUNT contents in an S3 store when a line comes, prints how many lie right."""

import sys

from records.digests import digests_of
from stores.backends import BlobAccess, open_blobs

url, access_key, secret_key, count = sys.argv[1:]
blobs = open_blobs(url, access=BlobAccess(access_key=access_key, secret_key=secret_key))
blobs.ready()
print("ready", flush=True)
sys.stdin.readline()
contents = [b"%d" % number * 50_000 for number in range(int(count))]
print(sum(blobs.put(content) == digests_of(content) for content in contents), flush=True)
