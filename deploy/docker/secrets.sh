#!/bin/sh
# Draws the secrets of `docker compose --profile full` into ./secrets: once; what is there stays as it is.
# Each container may read only the files its service names. The folder is for the operator alone.
set -eu
cd "$(dirname "$0")/../.."
umask 077
mkdir -p secrets
draw() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
[ -s secrets/records_password ] || draw >secrets/records_password
[ -s secrets/s3_user ] || printf 'wangjian' >secrets/s3_user
[ -s secrets/s3_password ] || draw >secrets/s3_password
[ -s secrets/s3_credentials ] || printf 'access_key = "%s"\nsecret_key = "%s"\n' \
    "$(cat secrets/s3_user)" "$(cat secrets/s3_password)" >secrets/s3_credentials
# Containers run as users of their own, who read their secret through a mount of the file itself.
chmod 644 secrets/*
chmod 711 secrets
